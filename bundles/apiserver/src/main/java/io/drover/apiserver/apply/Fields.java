package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.apply.Typed.Part;
import io.drover.apiserver.schema.Schema;
import java.util.Map;

/** Finds the fields of an object, and those in which two differ. */
final class Fields {

    private Fields() {}

    /** All fields of a value. */
    static FieldSet of(JsonNode value, Schema schema) {
        FieldSet set = new FieldSet();
        collect(value, schema, set);
        return set;
    }

    private static void collect(JsonNode value, Schema schema, FieldSet into) {
        if (Typed.isAtomic(value, schema) || value.isEmpty()) {
            into.add();
            return;
        }
        Typed.parts(value, schema).forEach((element, part) -> {
            FieldSet child = into.at(element);
            if (Typed.countsItself(element, schema)) {
                child.add();
            }
            collect(part.value(), part.schema(), child);
        });
    }

    /** What became of an object's fields. */
    record Difference(FieldSet added, FieldSet modified, FieldSet removed) {

        private Difference() {
            this(new FieldSet(), new FieldSet(), new FieldSet());
        }

        boolean isEmpty() {
            return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
        }

        private Difference at(String element) {
            return new Difference(added.at(element), modified.at(element), removed.at(element));
        }
    }

    static Difference between(JsonNode before, JsonNode after, Schema schema) {
        Difference difference = new Difference();
        compare(before, after, schema, difference);
        return difference;
    }

    private static void compare(JsonNode before, JsonNode after, Schema schema, Difference into) {
        if (before.equals(after)) {
            return;
        }
        boolean sameShape = before.getNodeType() == after.getNodeType();
        if (!sameShape || Typed.isAtomic(before, schema) || Typed.isAtomic(after, schema)) {
            into.modified().add();
            return;
        }
        Map<String, Part> was = Typed.parts(before, schema);
        Map<String, Part> is = Typed.parts(after, schema);
        is.forEach((element, part) -> {
            Part old = was.get(element);
            if (old == null) {
                FieldSet added = into.added().at(element);
                if (Typed.countsItself(element, schema) || isMap(part)) {
                    added.add();
                }
                collect(part.value(), part.schema(), added);
            } else {
                compare(old.value(), part.value(), part.schema(), into.at(element));
            }
        });
        was.forEach((element, part) -> {
            if (!is.containsKey(element)) {
                FieldSet removed = into.removed().at(element);
                removed.add();
                collect(part.value(), part.schema(), removed);
            }
        });
    }

    private static boolean isMap(Part part) {
        return part.value().isObject()
                && (part.schema() == null || part.schema().properties().isEmpty());
    }
}

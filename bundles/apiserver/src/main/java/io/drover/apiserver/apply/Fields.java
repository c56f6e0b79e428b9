package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.apply.Typed.Part;
import io.drover.apiserver.schema.Schema;
import java.util.Map;

/** Finds the fields of an object, and those in which two differ. */
final class Fields {

    private Fields() {}

    /** All fields of an object. */
    static FieldSet of(JsonNode object, Schema schema) {
        FieldSet set = new FieldSet();
        collect(object, schema, set);
        if (object.path("metadata").isEmpty()) {
            return set.without("f:metadata");
        }
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

    /**
     * What differs.
     *
     * @param fixedParts whether named parts of the object are always there, be they empty, as in kinds that are built in
     */
    static Difference between(JsonNode before, JsonNode after, Schema schema, boolean fixedParts) {
        Difference difference = new Difference();
        compare(before, after, schema, fixedParts, difference);
        difference.added().pruned();
        difference.modified().pruned();
        difference.removed().pruned();
        return difference;
    }

    private static void compare(JsonNode before, JsonNode after, Schema schema, boolean fixedParts, Difference into) {
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
                collectAdded(element, part, schema, fixedParts, added);
            } else {
                compare(old.value(), part.value(), part.schema(), fixedParts, into.at(element));
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

    private static void collectAdded(String element, Part part, Schema parent, boolean fixedParts, FieldSet into) {
        boolean fixed = fixedParts
                && part.value().isObject()
                && part.schema() != null
                && !part.schema().isAtomicMap()
                && !part.schema().properties().isEmpty();
        if (Typed.countsItself(element, parent) || !fixed) {
            into.add();
        }
        if (!Typed.isAtomic(part.value(), part.schema())) {
            Typed.parts(part.value(), part.schema())
                    .forEach((inner, child) -> collectAdded(inner, child, part.schema(), fixedParts, into.at(inner)));
        }
    }
}

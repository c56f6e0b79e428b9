package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.apply.Typed.Part;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.schema.Schema;
import java.util.LinkedHashMap;
import java.util.Map;

/** Merges what is applied into what is there, and removes what is no longer applied. Nothing given is changed. */
final class Merging {

    private Merging() {}

    static JsonNode merge(JsonNode live, JsonNode applied, Schema schema) {
        if (live == null
                || live.getNodeType() != applied.getNodeType()
                || Typed.isAtomic(applied, schema)
                || Typed.isAtomic(live, schema)) {
            return applied.deepCopy();
        }
        Map<String, Part> present = Typed.parts(live, schema);
        Map<String, Part> wanted = Typed.parts(applied, schema);
        Map<String, JsonNode> result = new LinkedHashMap<>();
        present.forEach((element, part) -> {
            Part change = wanted.get(element);
            result.put(element, change == null ? part.value() : merge(part.value(), change.value(), part.schema()));
        });
        wanted.forEach((element, part) ->
                result.computeIfAbsent(element, e -> part.value().deepCopy()));
        return assemble(live.isObject(), result);
    }

    private static JsonNode assemble(boolean object, Map<String, JsonNode> parts) {
        if (object) {
            ObjectNode result = Json.object();
            parts.forEach((element, value) -> result.set(element.substring(2), value));
            return result;
        }
        ArrayNode result = Json.array();
        parts.values().forEach(result::add);
        return result;
    }

    /**
     * Takes fields out of a value.
     *
     * @param kept fields that stay, because somebody else manages them, with all they are in
     * @return null if nothing is left
     */
    static JsonNode remove(JsonNode value, Schema schema, FieldSet unwanted, FieldSet kept) {
        if (Typed.isAtomic(value, schema) || value.isEmpty()) {
            return unwanted.isMember() && kept.isEmpty() ? null : value;
        }
        if (unwanted.isMember() && kept.isEmpty()) {
            return null;
        }
        Map<String, JsonNode> rest = new LinkedHashMap<>();
        boolean touched = false;
        for (Map.Entry<String, Part> part : Typed.parts(value, schema).entrySet()) {
            FieldSet here = unwanted.children().get(part.getKey());
            JsonNode left = here == null
                    ? part.getValue().value()
                    : remove(part.getValue().value(), part.getValue().schema(), here, kept.below(part.getKey()));
            touched |= left != part.getValue().value();
            if (left != null) {
                rest.put(part.getKey(), left);
            }
        }
        if (!touched) {
            return value;
        }
        return rest.isEmpty() && kept.isEmpty() ? null : assemble(value.isObject(), rest);
    }
}

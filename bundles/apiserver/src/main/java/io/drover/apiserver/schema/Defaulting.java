package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Fills in the defaults of a schema. A null where none may be counts as absent. */
public final class Defaulting {

    private Defaulting() {}

    public static void apply(JsonNode node, Schema schema) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                Schema child = schema.property(field.getKey()).orElse(null);
                if (child != null && field.getValue().isNull() && !child.isNullable() && !child.preservesUnknown()) {
                    object.remove(field.getKey());
                }
            }
            schema.properties().forEach((name, child) -> {
                if (child.defaultValue() != null && !object.has(name)) {
                    object.set(name, child.defaultValue().deepCopy());
                }
            });
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                schema.property(field.getKey()).ifPresent(child -> apply(field.getValue(), child));
            }
        } else if (node.isArray() && schema.items().isPresent()) {
            for (JsonNode item : node) {
                apply(item, schema.items().get());
            }
        }
    }
}

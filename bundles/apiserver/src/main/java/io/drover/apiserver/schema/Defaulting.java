package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Fills in the defaults of a schema. */
public final class Defaulting {

    private Defaulting() {}

    /** Whether anything was filled in. */
    public static boolean apply(JsonNode node, Schema schema) {
        if (!schema.hasDefaults()) {
            return false;
        }
        boolean changed = false;
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
                Schema child = property.getValue();
                JsonNode value = object.get(property.getKey());
                if (child.defaultValue() != null && (value == null || (value.isNull() && !child.isNullable()))) {
                    object.set(property.getKey(), child.defaultValue().deepCopy());
                    changed = true;
                }
            }
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                var child = schema.property(field.getKey());
                if (child.isPresent()) {
                    changed |= apply(field.getValue(), child.get());
                }
            }
        } else if (node.isArray() && schema.items().isPresent()) {
            for (JsonNode item : node) {
                changed |= apply(item, schema.items().get());
            }
        }
        return changed;
    }
}

package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Drops the fields that a schema does not know. */
public final class Pruning {

    private static final Set<String> ENVELOPE = Set.of("apiVersion", "kind", "metadata");

    private Pruning() {}

    /**
     * Prunes an object.
     *
     * @param dropped is told the path of each field that was dropped
     */
    public static void prune(ObjectNode object, Schema schema, Consumer<String> dropped) {
        prune(object, schema, "", true, dropped);
    }

    private static void prune(JsonNode node, Schema schema, String path, boolean envelope, Consumer<String> dropped) {
        if (node instanceof ObjectNode object) {
            boolean keepsAll = schema.preservesUnknown()
                    || schema.allowsAnyProperty()
                    || (schema.properties().isEmpty() && schema.type().isEmpty() && !schema.isEmbeddedResource());
            Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                var known = schema.property(field.getKey());
                if (envelope && field.getKey().equals("metadata") && known.isPresent()) {
                    prune(field.getValue(), known.get(), at, false, dropped);
                    continue;
                }
                boolean ofEnvelope = (envelope || schema.isEmbeddedResource()) && ENVELOPE.contains(field.getKey());
                if (known.isPresent() && !ofEnvelope) {
                    prune(field.getValue(), known.get(), at, false, dropped);
                } else if (!keepsAll && !ofEnvelope) {
                    fields.remove();
                    dropped.accept(at);
                }
            }
        } else if (node.isArray() && schema.items().isPresent()) {
            Schema items = schema.items().get();
            for (int i = 0; i < node.size(); i++) {
                prune(node.get(i), items, path + "[" + i + "]", false, dropped);
            }
        }
    }

    /** Drops members whose value is null, at any depth, as typed clients of built-in kinds mean them: absent. */
    public static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List<Map.Entry<String, JsonNode>> fields = List.copyOf(object.properties());
            for (Map.Entry<String, JsonNode> field : fields) {
                if (field.getValue().isNull()) {
                    object.remove(field.getKey());
                } else {
                    dropNulls(field.getValue());
                }
            }
        } else if (node.isArray()) {
            node.forEach(Pruning::dropNulls);
        }
    }
}

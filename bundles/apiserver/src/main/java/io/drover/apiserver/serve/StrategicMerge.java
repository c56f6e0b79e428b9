package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Strategic merge patch: a merge patch that knows the keys of lists. Directives are {@code $patch} ({@code replace}, {@code merge},
 * {@code delete}), {@code $retainKeys}, {@code $deleteFromPrimitiveList/…} and {@code $setElementOrder/…}.
 */
final class StrategicMerge {

    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList/";
    private static final String ELEMENT_ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    static ObjectNode apply(ObjectNode object, JsonNode patch, ResourceType type) {
        if (type.custom()) {
            throw Refusal.unsupportedMediaType("the body of the request was in an unknown format - accepted media types"
                    + " include: application/json-patch+json, application/merge-patch+json,"
                    + " application/apply-patch+yaml");
        }
        if (!(patch instanceof ObjectNode changes)) {
            throw Refusal.badRequest("json: cannot unmarshal " + Patching.kind(patch)
                    + " into Go value of type map[string]interface {}");
        }
        return merge(object, changes, type.schema());
    }

    private static ObjectNode merge(ObjectNode object, ObjectNode patch, Schema schema) {
        String directive = patch.path(PATCH).asText("");
        if (directive.equals("replace")) {
            ObjectNode replacement = patch.deepCopy();
            replacement.remove(PATCH);
            return replacement;
        }
        if (directive.equals("delete")) {
            return Json.object();
        }
        if (!directive.isEmpty() && !directive.equals("merge")) {
            throw Refusal.failed(500, "unknown patch type: " + directive + " in map: " + patch);
        }
        ObjectNode result = object.deepCopy();
        if (patch.path(RETAIN_KEYS).isArray()) {
            List<String> retained = new ArrayList<>();
            patch.path(RETAIN_KEYS).forEach(k -> retained.add(k.asText()));
            result.retain(retained);
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String name = change.getKey();
            if (name.startsWith(DELETE_FROM_LIST)) {
                deleteFromList(result, name.substring(DELETE_FROM_LIST.length()), change.getValue());
            } else if (!name.startsWith("$")) {
                mergeField(result, name, change.getValue(), schema);
            }
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getKey().startsWith(ELEMENT_ORDER)) {
                String name = change.getKey().substring(ELEMENT_ORDER.length());
                order(result, name, change.getValue(), property(schema, name));
            }
        }
        return result;
    }

    private static Schema property(Schema schema, String name) {
        return schema == null ? null : schema.property(name).orElse(null);
    }

    private static void mergeField(ObjectNode result, String name, JsonNode change, Schema schema) {
        Schema child = property(schema, name);
        JsonNode present = result.get(name);
        if (change.isNull()) {
            result.remove(name);
        } else if (change instanceof ObjectNode changes) {
            ObjectNode merged = merge(present instanceof ObjectNode object ? object : Json.object(), changes, child);
            if (changes.path(PATCH).asText().equals("delete")) {
                result.remove(name);
            } else {
                result.set(name, merged);
            }
        } else if (change instanceof ArrayNode items
                && child != null
                && child.patchStrategy().equals("merge")) {
            result.set(name, mergeList(present instanceof ArrayNode list ? list : Json.array(), items, child));
        } else {
            result.set(name, change.deepCopy());
        }
    }

    private static ArrayNode mergeList(ArrayNode present, ArrayNode changes, Schema schema) {
        String key = schema.patchMergeKey();
        Schema items = schema.items().orElse(null);
        ArrayNode result = present.deepCopy();
        int added = 0;
        for (JsonNode change : changes) {
            if (change.path(PATCH).asText().equals("replace")) {
                ArrayNode replacement = Json.array();
                changes.forEach(c -> {
                    if (!c.has(PATCH)) {
                        replacement.add(c.deepCopy());
                    }
                });
                return replacement;
            }
            int at = find(result, change, key);
            if (change.path(PATCH).asText().equals("delete")) {
                if (at >= 0) {
                    result.remove(at);
                }
            } else if (at < 0) {
                result.insert(added++, change.deepCopy());
            } else if (change instanceof ObjectNode changed && result.get(at) instanceof ObjectNode old) {
                result.set(at, merge(old, changed, items));
            }
        }
        return result;
    }

    /** Index of the item that has the same key, or is the same if items have none; -1 if there is none. */
    private static int find(ArrayNode list, JsonNode item, String key) {
        for (int i = 0; i < list.size(); i++) {
            JsonNode other = list.get(i);
            if (key.isEmpty() ? other.equals(item) : other.path(key).equals(item.path(key))) {
                return i;
            }
        }
        return -1;
    }

    private static void deleteFromList(ObjectNode result, String name, JsonNode values) {
        if (result.get(name) instanceof ArrayNode list) {
            ArrayNode rest = Json.array();
            for (JsonNode item : list) {
                boolean deleted = false;
                for (JsonNode value : values) {
                    deleted |= value.equals(item);
                }
                if (!deleted) {
                    rest.add(item);
                }
            }
            result.set(name, rest);
        }
    }

    private static void order(ObjectNode result, String name, JsonNode order, Schema schema) {
        if (!(result.get(name) instanceof ArrayNode list) || schema == null) {
            return;
        }
        String key = schema.patchMergeKey();
        ArrayNode ordered = Json.array();
        ArrayNode rest = list.deepCopy();
        for (JsonNode wanted : order) {
            int at = find(rest, wanted, key);
            if (at >= 0) {
                ordered.add(rest.remove(at));
            }
        }
        rest.forEach(ordered::add);
        result.set(name, ordered);
    }
}

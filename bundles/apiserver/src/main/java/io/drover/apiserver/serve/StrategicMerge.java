package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

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
        if (patch.has(PATCH)) {
            return directed(patch);
        }
        ObjectNode result = object.deepCopy();
        retainKeys(result, patch);
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String name = change.getKey();
            if (name.startsWith(DELETE_FROM_LIST)) {
                deleteFromList(result, name.substring(DELETE_FROM_LIST.length()), change.getValue());
            } else if (!name.startsWith("$")) {
                mergeField(result, name, change.getValue(), property(schema, name));
            }
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getKey().startsWith(ELEMENT_ORDER) && change.getValue() instanceof ArrayNode order) {
                String name = change.getKey().substring(ELEMENT_ORDER.length());
                Schema child = property(schema, name);
                if (child != null && result.get(name) instanceof ArrayNode list) {
                    checkOrder(patch.path(name), order, child.patchMergeKey());
                    ArrayNode before = object.get(name) instanceof ArrayNode present ? present : Json.array();
                    result.set(name, ordered(list, order, before, child.patchMergeKey()));
                }
            }
        }
        return result;
    }

    /** What a patch says of itself instead of being merged. */
    private static ObjectNode directed(ObjectNode patch) {
        String directive = patch.path(PATCH).asText("");
        if (directive.equals("replace")) {
            ObjectNode replacement = patch.deepCopy();
            replacement.remove(PATCH);
            return replacement;
        }
        if (directive.equals("delete")) {
            return Json.object();
        }
        throw unknown(directive, patch);
    }

    private static Refusal unknown(String directive, JsonNode patch) {
        return Refusal.failed(500, "unknown patch type: " + directive + " in map: " + shown(patch));
    }

    /** A value as clients of Kubernetes have it shown. */
    private static String shown(JsonNode value) {
        StringJoiner parts = new StringJoiner(" ", value.isObject() ? "map[" : "[", "]");
        if (value.isObject()) {
            fields(value).forEach((name, field) -> parts.add(name + ":" + shown(field)));
            return parts.toString();
        }
        if (value.isArray()) {
            value.forEach(item -> parts.add(shown(item)));
            return parts.toString();
        }
        return value.isNull() ? "<nil>" : value.asText();
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new TreeMap<>();
        object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static void retainKeys(ObjectNode result, ObjectNode patch) {
        if (!patch.has(RETAIN_KEYS)) {
            return;
        }
        Set<String> retained = new HashSet<>();
        patch.path(RETAIN_KEYS).forEach(k -> retained.add(k.asText()));
        boolean all = patch.properties().stream()
                .filter(field ->
                        !field.getKey().startsWith("$") && !field.getValue().isNull())
                .allMatch(field -> retained.contains(field.getKey()));
        if (!all || !patch.path(RETAIN_KEYS).isArray()) {
            throw Refusal.badRequest("invalid patch format of retainKeys");
        }
        result.retain(retained);
    }

    private static Schema property(Schema schema, String name) {
        return schema == null ? null : schema.property(name).orElse(null);
    }

    private static void mergeField(ObjectNode result, String name, JsonNode change, Schema schema) {
        JsonNode present = result.get(name);
        if (change.isNull()) {
            result.remove(name);
        } else if (change instanceof ObjectNode changes) {
            if (changes.path(PATCH).asText().equals("delete")) {
                result.remove(name);
            } else {
                result.set(name, merge(present instanceof ObjectNode object ? object : Json.object(), changes, schema));
            }
        } else if (change instanceof ArrayNode items) {
            boolean merges = schema != null && schema.patchStrategy().equals("merge");
            result.set(
                    name,
                    merges && present instanceof ArrayNode list
                            ? mergeList(list, items, schema)
                            : withoutDirectives(items));
        } else {
            result.set(name, change.deepCopy());
        }
    }

    private static ArrayNode withoutDirectives(ArrayNode items) {
        ArrayNode rest = Json.array();
        items.forEach(item -> {
            if (!item.has(PATCH)) {
                rest.add(item.deepCopy());
            }
        });
        return rest;
    }

    private static ArrayNode mergeList(ArrayNode present, ArrayNode changes, Schema schema) {
        String key = schema.patchMergeKey();
        Schema items = schema.items().orElse(null);
        ArrayNode result = present.deepCopy();
        boolean replaces = false;
        for (JsonNode change : changes) {
            if (!key.isEmpty() && !change.isObject()) {
                throw Refusal.failed(500, "list element types are not identical: " + shown(changes));
            }
            if (change.has(PATCH)) {
                replaces |= direct(result, change, key);
            }
        }
        ArrayNode plain = withoutDirectives(changes);
        if (replaces) {
            return plain;
        }
        for (JsonNode change : plain) {
            requireKey(change, key);
            int at = find(result, change, key);
            if (at < 0) {
                result.add(change);
            } else if (change instanceof ObjectNode changed && result.get(at) instanceof ObjectNode old) {
                result.set(at, merge(old, changed, items));
            }
        }
        return ordered(result, plain, present, key);
    }

    /** Does what an item of a patch says of itself; {@code true} if the list is to be replaced. */
    private static boolean direct(ArrayNode list, JsonNode item, String key) {
        String directive = item.path(PATCH).asText();
        switch (directive) {
            case "delete" -> {
                requireKey(item, key);
                int at = find(list, item, key);
                if (at >= 0) {
                    list.remove(at);
                }
                return false;
            }
            case "replace" -> {
                return true;
            }
            case "merge" -> throw Refusal.failed(500, "merging lists cannot yet be specified in the patch");
            default -> throw unknown(directive, item);
        }
    }

    private static void requireKey(JsonNode item, String key) {
        if (!key.isEmpty() && !item.has(key)) {
            throw Refusal.failed(500, "map: " + shown(item) + " does not contain declared merge key: " + key);
        }
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

    /** All items that a patch brings must be in the order it demands. */
    private static void checkOrder(JsonNode items, ArrayNode order, String key) {
        int from = -1;
        for (JsonNode item : items) {
            if (item.path(PATCH).asText().equals("delete")) {
                continue;
            }
            int at = find(order, item, key);
            if (at < from || at < 0) {
                throw Refusal.failed(
                        500,
                        "The order in patch list:\n" + shown(items) + "\n doesn't match $setElementOrder list:\n"
                                + shown(order) + "\n");
            }
            from = at;
        }
    }

    /**
     * Puts a list in order: the items that are in {@code order} as they are there, and each other one before the first of those that it
     * stood before.
     *
     * @param before the list as it was
     */
    private static ArrayNode ordered(ArrayNode list, ArrayNode order, ArrayNode before, String key) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        list.forEach(item -> (find(order, item, key) < 0 ? others : named).add(item));
        named.sort(Comparator.comparingInt(item -> find(order, item, key)));
        ArrayNode result = Json.array();
        int next = 0;
        for (JsonNode item : named) {
            int place = find(before, item, key);
            while (next < others.size() && place >= 0 && isBefore(others.get(next), place, before, key)) {
                result.add(others.get(next++));
            }
            result.add(item);
        }
        others.subList(next, others.size()).forEach(result::add);
        return result;
    }

    private static boolean isBefore(JsonNode item, int place, ArrayNode list, String key) {
        int at = find(list, item, key);
        return at >= 0 && at < place;
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import java.util.List;
import java.util.Map;

/** JSON patch (RFC 6902) and merge patch (RFC 7386). */
final class Patching {

    private static final int MAX_OPERATIONS = 10_000;

    private Patching() {}

    /** Does all operations or refuses; changes {@code object}. */
    static ObjectNode json(ObjectNode object, JsonNode patch) {
        if (patch.isNull()) {
            return object;
        }
        if (!patch.isArray()) {
            throw Refusal.badRequest("error decoding patch: json: cannot unmarshal " + kind(patch)
                    + " into Go value of type []handlers.jsonPatchOp");
        }
        if (patch.size() > MAX_OPERATIONS) {
            throw Refusal.tooLarge(
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got " + patch.size());
        }
        JsonNode result = object;
        for (JsonNode operation : patch) {
            result = operate(result, operation);
        }
        if (result instanceof ObjectNode patched) {
            return patched;
        }
        throw failed();
    }

    private static Refusal failed() {
        return Refusal.patchFailed("the server rejected our request due to an error in our request");
    }

    private static JsonNode operate(JsonNode root, JsonNode operation) {
        JsonPointer path = fromTheEnd(root, pointer(operation, "path"));
        return switch (operation.path("op").asText()) {
            case "add" -> add(root, path, value(operation));
            case "remove" -> remove(root, path);
            case "replace" -> {
                boolean absent = !path.matches() && root.at(path).isMissingNode();
                if (absent && existing(root, path.head()).isObject()) {
                    yield add(root, path, value(operation));
                }
                existing(root, path);
                yield path.matches() ? value(operation) : add(remove(root, path), path, value(operation));
            }
            case "copy" -> add(
                    root,
                    path,
                    existing(root, fromTheEnd(root, pointer(operation, "from"))).deepCopy());
            case "move" -> {
                JsonPointer from = fromTheEnd(root, pointer(operation, "from"));
                JsonNode moved = existing(root, from);
                yield add(remove(root, from), path, moved);
            }
            case "test" -> {
                JsonNode found = root.at(path);
                boolean absent = found.isMissingNode() && value(operation).isNull();
                if (!absent && !same(existing(root, path), value(operation))) {
                    throw failed();
                }
                yield root;
            }
            default -> throw failed();
        };
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            if (operation.path(field).isTextual()) {
                return JsonPointer.compile(operation.path(field).textValue());
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw failed();
    }

    /** A last index below zero counts from the end of its list. */
    private static JsonPointer fromTheEnd(JsonNode root, JsonPointer path) {
        if (path.matches() || !root.at(path.head()).isArray()) {
            return path;
        }
        String last = path.last().getMatchingProperty();
        if (!last.matches("-\\d{1,8}")) {
            return path;
        }
        int index = root.at(path.head()).size() + Integer.parseInt(last);
        if (index < 0) {
            throw failed();
        }
        return path.head().appendIndex(index);
    }

    private static JsonNode value(JsonNode operation) {
        return operation.has("value") ? operation.get("value").deepCopy() : NullNode.getInstance();
    }

    private static JsonNode existing(JsonNode root, JsonPointer path) {
        JsonNode found = root.at(path);
        if (found.isMissingNode()) {
            throw failed();
        }
        return found;
    }

    private static JsonNode add(JsonNode root, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = existing(root, path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode list && last.equals("-")) {
            list.add(value);
        } else if (parent instanceof ArrayNode list) {
            int index = path.last().getMatchingIndex();
            if (index < 0 || index > list.size()) {
                throw failed();
            }
            list.insert(index, value);
        } else {
            throw failed();
        }
        return root;
    }

    private static JsonNode remove(JsonNode root, JsonPointer path) {
        existing(root, path);
        if (path.matches()) {
            throw failed();
        }
        JsonNode parent = root.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else {
            ((ArrayNode) parent).remove(path.last().getMatchingIndex());
        }
        return root;
    }

    /** What JSON's own words for a value are. */
    static String kind(JsonNode node) {
        return node.isObject()
                ? "object"
                : node.isArray() ? "array" : node.isTextual() ? "string" : node.isNumber() ? "number" : "bool";
    }

    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result = target instanceof ObjectNode object ? object : Json.object();
        for (Map.Entry<String, JsonNode> change : List.copyOf(changes.properties())) {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), merge(result.get(change.getKey()), change.getValue()));
            }
        }
        return result;
    }
}

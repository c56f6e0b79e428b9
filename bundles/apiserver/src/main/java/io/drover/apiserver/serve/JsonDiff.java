package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;

/** What makes one JSON value of another, as a JSON patch (RFC 6902) of adding, removing and replacing. */
final class JsonDiff {

    private final ArrayNode patch = Json.array();

    private JsonDiff() {}

    static ArrayNode between(JsonNode before, JsonNode after) {
        JsonDiff diff = new JsonDiff();
        diff.walk("", before, after);
        return diff.patch;
    }

    private void walk(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before instanceof ObjectNode from && after instanceof ObjectNode to) {
            members(path, from, to);
        } else if (before instanceof ArrayNode from && after instanceof ArrayNode to) {
            elements(path, from, to);
        } else {
            operation("replace", path).set("value", after);
        }
    }

    private void members(String path, ObjectNode before, ObjectNode after) {
        for (var member : before.properties()) {
            String at = path + "/" + escaped(member.getKey());
            JsonNode now = after.get(member.getKey());
            if (now == null) {
                operation("remove", at);
            } else {
                walk(at, member.getValue(), now);
            }
        }
        for (var member : after.properties()) {
            if (!before.has(member.getKey())) {
                operation("add", path + "/" + escaped(member.getKey())).set("value", member.getValue());
            }
        }
    }

    /** What both begin and end with stays; between, elements are told one by one. */
    private void elements(String path, ArrayNode before, ArrayNode after) {
        int shorter = Math.min(before.size(), after.size());
        int start = 0;
        while (start < shorter && before.get(start).equals(after.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        int changed = shorter - start - end;
        for (int i = start; i < start + changed; i++) {
            walk(path + "/" + i, before.get(i), after.get(i));
        }
        for (int i = before.size() - end - 1; i >= start + changed; i--) {
            operation("remove", path + "/" + i);
        }
        for (int i = start + changed; i < after.size() - end; i++) {
            operation("add", path + "/" + i).set("value", after.get(i));
        }
    }

    private ObjectNode operation(String name, String path) {
        return patch.addObject().put("op", name).put("path", path);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}

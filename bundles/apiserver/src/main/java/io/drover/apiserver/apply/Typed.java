package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.schema.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** How a value is taken apart by its schema: in one piece, by names, or by the keys or values of a list's items. */
final class Typed {

    /** Parts by path element, in order. */
    record Part(JsonNode value, Schema schema) {}

    private Typed() {}

    static boolean isAtomic(JsonNode value, Schema schema) {
        if (value.isObject()) {
            return schema != null && schema.isAtomicMap();
        }
        return !value.isArray() || schema == null || schema.listType().equals("atomic");
    }

    /** The parts of a value that is not atomic. */
    static Map<String, Part> parts(JsonNode value, Schema schema) {
        Map<String, Part> parts = new LinkedHashMap<>();
        if (value.isObject()) {
            value.properties().forEach(field -> {
                Schema child =
                        schema == null ? null : schema.property(field.getKey()).orElse(null);
                parts.put("f:" + field.getKey(), new Part(field.getValue(), child));
            });
        } else {
            Schema items = schema.items().orElse(null);
            value.forEach(item -> parts.put(element(item, schema), new Part(item, items)));
        }
        return parts;
    }

    /** The path element of a list's item. */
    static String element(JsonNode item, Schema list) {
        if (list.listType().equals("set")) {
            return "v:" + item;
        }
        Map<String, JsonNode> keys = new TreeMap<>();
        for (String key : list.listKeys()) {
            JsonNode value = item.get(key);
            if (value == null) {
                value = list.items()
                        .flatMap(i -> i.property(key))
                        .map(Schema::defaultValue)
                        .orElse(null);
            }
            if (value != null) {
                keys.put(key, value);
            }
        }
        ObjectNode ordered = Json.object();
        keys.forEach(ordered::set);
        return "k:" + ordered;
    }

    /** Whether the member itself belongs to a set beside its parts: items of lists, and keys of maps rather than named fields. */
    static boolean countsItself(String element, Schema parent) {
        return !element.startsWith("f:")
                || (parent != null && !parent.properties().containsKey(element.substring(2)));
    }
}

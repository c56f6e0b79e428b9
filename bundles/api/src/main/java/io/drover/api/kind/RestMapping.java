package io.drover.api.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Turns stored objects into resources of {@code /v3} and back, by the paths of the fields. */
record RestMapping(Map<String, RestType> types) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    ObjectNode show(RestType type, JsonNode stored) {
        ObjectNode resource = JSON.objectNode();
        for (RestField field : type.fields().values()) {
            if (!field.secret() && !field.writeOnly()) {
                show(field, at(stored, field.storedPath()), resource);
            }
        }
        return resource;
    }

    private void show(RestField field, JsonNode value, ObjectNode resource) {
        boolean pointsNowhere =
                field.isReference() && value != null && value.asText().isEmpty();
        if (value != null && !value.isNull() && !pointsNowhere) {
            resource.set(field.name(), throughout(field.type(), value, (type, object) -> tagged(type, object)));
            if (field.type().equals("date")) {
                showMillis(field.name(), value.asText(), resource);
            }
        } else if (field.defaultValue().isPresent()) {
            resource.set(field.name(), field.defaultValue().get());
        } else if (field.isReference() || value != null) {
            resource.putNull(field.name());
        }
    }

    private static void showMillis(String name, String date, ObjectNode resource) {
        try {
            resource.put(name + "TS", Instant.parse(date).toEpochMilli());
        } catch (DateTimeParseException notADate) {
            // shown as it was stored, without its twin
        }
    }

    /** An object inside a resource says of which type it is, unless it has a field of that name itself. */
    private ObjectNode tagged(RestType type, ObjectNode stored) {
        ObjectNode object = show(type, stored);
        if (!type.fields().containsKey("type")) {
            object.put("type", "/v3/schemas/" + type.id());
        }
        return object;
    }

    void store(RestType type, ObjectNode resource, ObjectNode stored) {
        for (RestField field : type.fields().values()) {
            JsonNode value = resource.get(field.name());
            if (value != null && !field.storedPath().isEmpty()) {
                store(field, value, stored);
            }
        }
    }

    private void store(RestField field, JsonNode value, ObjectNode stored) {
        int last = field.storedPath().size() - 1;
        String key = field.storedPath().get(last);
        ObjectNode parent = parent(stored, field.storedPath().subList(0, last));
        if (value.isNull()) {
            parent.remove(key);
        } else if (parent.get(key) instanceof ObjectNode before && types.containsKey(field.type())) {
            store(types.get(field.type()), value instanceof ObjectNode object ? object : JSON.objectNode(), before);
        } else {
            parent.set(key, throughout(field.type(), value, this::storable));
        }
    }

    private ObjectNode storable(RestType type, ObjectNode resource) {
        ObjectNode stored = JSON.objectNode();
        store(type, resource, stored);
        return stored;
    }

    /** Changes every object of a known type in {@code value}, itself or in its lists and maps, and leaves everything else as it is. */
    private JsonNode throughout(String typeName, JsonNode value, BiFunction<RestType, ObjectNode, ObjectNode> change) {
        if (typeName.startsWith("array[") && value.isArray()) {
            ArrayNode array = JSON.arrayNode(value.size());
            value.forEach(element -> array.add(throughout(inner(typeName), element, change)));
            return array;
        }
        if (typeName.startsWith("map[") && value.isObject()) {
            ObjectNode map = JSON.objectNode();
            value.properties()
                    .forEach(entry -> map.set(entry.getKey(), throughout(inner(typeName), entry.getValue(), change)));
            return map;
        }
        RestType type = types.get(typeName);
        return type != null && value instanceof ObjectNode object ? change.apply(type, object) : value;
    }

    private static String inner(String typeName) {
        return typeName.substring(typeName.indexOf('[') + 1, typeName.length() - 1);
    }

    private static JsonNode at(JsonNode stored, List<String> path) {
        JsonNode node = path.isEmpty() ? null : stored;
        for (String key : path) {
            node = node == null ? null : node.get(key);
        }
        return node;
    }

    private static ObjectNode parent(ObjectNode stored, List<String> path) {
        ObjectNode node = stored;
        for (String key : path) {
            node = node.get(key) instanceof ObjectNode object ? object : node.putObject(key);
        }
        return node;
    }
}

package io.drover.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Tells callers which types there are and what they may do with each. */
final class Schemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Types that are used inside others and that no kind of ours defines. */
    private static final RestType OWNER_REFERENCE = RestType.of("ownerReference", OwnerReference.class);

    private final Types types;
    private final Rights rights;

    Schemas(Types types, Rights rights) {
        this.types = types;
        this.rights = rights;
    }

    record OwnerReference(
            String apiVersion, String kind, String name, String uid, Boolean controller, Boolean blockOwnerDeletion) {}

    ObjectNode all(Call call) {
        ObjectNode collection = JSON.objectNode();
        collection.put("type", "collection").put("resourceType", "schema");
        collection.putObject("links").put("self", call.urls().to(ServedType.V3 + "/schemas"));
        ArrayNode data = collection.putArray("data");
        named(call).values().forEach(data::add);
        return collection;
    }

    /** A list without a type: what lives inside a cluster that we have no types for. */
    static ObjectNode none(Call call, String path) {
        ObjectNode collection = JSON.objectNode();
        collection.put("type", "collection").put("resourceType", "schema");
        collection.putObject("links").put("self", call.urls().to(path));
        collection.putArray("data");
        return collection;
    }

    Optional<ObjectNode> one(Call call, String id) {
        return named(call).entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(id))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private Map<String, ObjectNode> named(Call call) {
        Map<String, ObjectNode> schemas = new TreeMap<>();
        for (ServedType type : types.all()) {
            schemas.put(type.id(), top(call, type));
            addInner(call, type.type(), schemas);
            type.hooks().outputs().forEach(output -> addInner(call, output, schemas));
            for (Map<String, Action> actions :
                    List.of(type.hooks().actions(), type.hooks().collectionActions())) {
                actions.values().forEach(action -> action.input().ifPresent(input -> addInner(call, input, schemas)));
            }
        }
        addInner(call, OWNER_REFERENCE, schemas);
        return schemas;
    }

    private static void addInner(Call call, RestType type, Map<String, ObjectNode> schemas) {
        schemas.computeIfAbsent(type.id(), id -> schema(call, type, List.of(), List.of()));
        type.subTypes().values().forEach(sub -> addInner(call, sub, schemas));
    }

    private ObjectNode top(Call call, ServedType type) {
        List<String> collectionMethods = new ArrayList<>(type.type().collectionMethods());
        List<String> resourceMethods = new ArrayList<>(type.type().resourceMethods());
        ObjectId any = new ObjectId("", "");
        if (!type.hooks().anybodyMay("create") && !rights.may(call, "create", type, any)) {
            collectionMethods.remove("POST");
        }
        if (!type.hooks().anybodyMay("update") && !rights.may(call, "update", type, any)) {
            resourceMethods.remove("PUT");
        }
        if (!type.hooks().anybodyMay("delete") && !rights.may(call, "delete", type, any)) {
            resourceMethods.remove("DELETE");
        }
        ObjectNode schema = schema(call, type.type(), collectionMethods, resourceMethods);
        ObjectNode filters = schema.putObject("collectionFilters");
        type.type()
                .filters()
                .forEach((field, modifiers) ->
                        modifiers.forEach(filters.putObject(field).putArray("modifiers")::add));
        actions(schema, "resourceActions", type.hooks().actions());
        actions(schema, "collectionActions", type.hooks().collectionActions());
        if (type.lists()) {
            ((ObjectNode) schema.get("links")).put("collection", call.urls().collection(type));
        }
        return schema;
    }

    private static void actions(ObjectNode schema, String key, Map<String, Action> actions) {
        if (actions.isEmpty()) {
            return;
        }
        ObjectNode all = schema.putObject(key);
        actions.forEach((name, action) -> {
            ObjectNode one = all.putObject(name);
            action.input().ifPresent(input -> one.put("input", input.id()));
            action.output().ifPresent(output -> one.put("output", output));
        });
    }

    static ObjectNode schema(Call call, RestType type, List<String> collectionMethods, List<String> resourceMethods) {
        ObjectNode schema = JSON.objectNode();
        schema.put("id", type.id()).put("type", "schema").put("baseType", "schema");
        schema.putObject("links").put("self", call.urls().to(ServedType.V3 + "/schemas/" + type.id()));
        schema.putObject("version")
                .put("group", "management.cattle.io")
                .put("version", "v3")
                .put("path", ServedType.V3);
        schema.put("pluralName", type.plural());
        collectionMethods.forEach(schema.putArray("collectionMethods")::add);
        resourceMethods.forEach(schema.putArray("resourceMethods")::add);
        ObjectNode fields = schema.putObject("resourceFields");
        new TreeMap<>(type.fields()).forEach((name, field) -> fields.set(name, field(field)));
        return schema;
    }

    private static ObjectNode field(RestField field) {
        ObjectNode json = JSON.objectNode();
        json.put("type", field.type()).put("create", field.create()).put("update", field.update());
        if (field.required()) {
            json.put("required", true);
        }
        if (field.nullable()) {
            json.put("nullable", true);
        }
        if (field.writeOnly()) {
            json.put("writeOnly", true);
        }
        field.defaultValue().ifPresent(value -> json.set("default", value));
        if (!field.options().isEmpty()) {
            field.options().forEach(json.putArray("options")::add);
        }
        field.min().ifPresent(min -> json.put("min", min));
        field.max().ifPresent(max -> json.put("max", max));
        field.minLength().ifPresent(min -> json.put("minLength", min));
        field.maxLength().ifPresent(max -> json.put("maxLength", max));
        if (!field.description().isEmpty()) {
            json.put("description", field.description());
        }
        return json;
    }
}

package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells callers which types there are and what they may do with each. */
final class Schemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Types that are used inside others and that no kind of ours defines. */
    static final RestType OWNER_REFERENCE = RestType.of("ownerReference", OwnerReference.class);

    private final Types types;
    private final Rights rights;

    Schemas(Types types, Rights rights) {
        this.types = types;
        this.rights = rights;
    }

    record OwnerReference(
            String apiVersion, String kind, String name, String uid, Boolean controller, Boolean blockOwnerDeletion) {}

    /** Without anything that is asked of other lists: clients want all of it. */
    static ObjectNode collection(Call call, String path, Collection<ObjectNode> schemas) {
        String self = call.urls().to(path);
        ObjectNode collection = JSON.objectNode();
        collection.put("type", "collection").put("resourceType", "schema");
        collection.putObject("links").put("self", self);
        collection.putObject(call.actionsKey());
        collection.putObject("pagination").put("limit", Listing.DEFAULT_LIMIT).put("total", schemas.size());
        collection
                .putObject("sort")
                .put("order", "asc")
                .put("reverse", self + "?order=desc")
                .putObject("links");
        collection.putObject("filters");
        schemas.forEach(collection.putArray("data")::add);
        return collection;
    }

    ObjectNode all(Call call) {
        return collection(call, ServedType.V3 + "/schemas", named(call).values());
    }

    /** A list without a type: what lives inside a cluster that we have no types for. */
    static ObjectNode none(Call call, String path) {
        return collection(call, path, List.of());
    }

    ObjectNode one(Call call, String id) {
        return require(named(call), id);
    }

    /** @throws jakarta.ws.rs.WebApplicationException 404 */
    static ObjectNode require(Map<String, ObjectNode> schemas, String id) {
        return schemas.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(id))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> Types.unknown(id));
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
        schemas.computeIfAbsent(type.id(), id -> schema(call, ServedType.V3, type, List.of(), List.of()));
        type.subTypes().values().forEach(sub -> addInner(call, sub, schemas));
    }

    private ObjectNode top(Call call, ServedType type) {
        List<String> collectionMethods = new ArrayList<>(type.type().collectionMethods());
        List<String> resourceMethods = new ArrayList<>(type.type().resourceMethods());
        if (!type.hooks().anybodyMay("create") && !rights.mayAnywhere(call, "create", type)) {
            collectionMethods.remove("POST");
        }
        if (!type.hooks().anybodyMay("update") && !rights.mayAnywhere(call, "update", type)) {
            resourceMethods.remove("PUT");
        }
        if (!type.hooks().anybodyMay("delete") && !rights.mayAnywhere(call, "delete", type)) {
            resourceMethods.remove("DELETE");
        }
        ObjectNode schema = schema(call, type.versionPath(), type.type(), collectionMethods, resourceMethods);
        actions(schema, "resourceActions", type.hooks().actions());
        actions(schema, "collectionActions", type.hooks().collectionActions());
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

    static ObjectNode schema(
            Call call,
            String versionPath,
            RestType type,
            List<String> collectionMethods,
            List<String> resourceMethods) {
        ObjectNode schema = JSON.objectNode();
        schema.put("id", type.id()).put("type", "schema").put("baseType", "schema");
        ObjectNode links = schema.putObject("links");
        links.put("self", call.urls().to(versionPath + "/schemas/" + type.id()));
        if (collectionMethods.contains("GET")) {
            links.put("collection", call.urls().to(versionPath + "/" + Types.lower(type.plural())));
        }
        schema.putObject("version")
                .put("group", "management.cattle.io")
                .put("version", versionPath.replaceAll("[/-]", ""))
                .put("path", versionPath);
        schema.put("pluralName", type.plural());
        collectionMethods.forEach(schema.putArray("collectionMethods")::add);
        resourceMethods.forEach(schema.putArray("resourceMethods")::add);
        ObjectNode fields = schema.putObject("resourceFields");
        new TreeMap<>(type.fields()).forEach((name, field) -> fields.set(name, field(field)));
        if (!type.filters().isEmpty()) {
            ObjectNode filters = schema.putObject("collectionFilters");
            type.filters()
                    .forEach((field, comparisons) ->
                            comparisons.forEach(filters.putObject(field).putArray("modifiers")::add));
        }
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

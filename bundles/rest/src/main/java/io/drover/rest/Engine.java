package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.Decision;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Serves every type alike: lists, reads, creates, changes and removes its resources, each step as far as the caller may. */
final class Engine {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String CREATOR = "field.cattle.io/creatorId";
    private static final Decision OWN = new Decision(true, "it is the caller's own");
    private static final Decision NOT_OFFERED = new Decision(false, "the action is not offered now");
    private static final Decision ANYBODY = new Decision(true, "everybody who is known may");

    private final Types types;
    private final Rights rights;
    private final Clock clock;

    Engine(Types types, Rights rights, Clock clock) {
        this.types = types;
        this.rights = rights;
        this.clock = clock;
    }

    // --- reading

    /** @param clusterId only what belongs to that cluster; empty for all */
    ObjectNode list(Call call, ServedType type, Optional<String> clusterId, String url) {
        if (!type.lists() || !rights.mayAskForLists(call)) {
            throw Refusal.methodNotSupported("GET");
        }
        boolean all = rights.mayListAll(call, type);
        List<ObjectNode> resources = new ArrayList<>();
        for (ObjectNode stored : type.hooks().candidates(call, type.store())) {
            if (isListed(call, type, stored, all)) {
                ObjectNode resource = show(call, type, stored);
                if (clusterId.isEmpty()
                        || clusterId.get().equals(resource.path("clusterId").asText())) {
                    resources.add(resource);
                }
            }
        }
        ObjectNode collection = new Listing(call, type.type(), url).sorted(resources);
        if (mayCreate(call, type)) {
            // Whoever asked inside a cluster creates there; elsewhere there is one address, however this one was
            // written.
            String address = clusterId.isPresent() ? url : call.urls().collection(type);
            collection.putObject("createTypes").put(type.id(), address);
        }
        return offering(call, type, url, collection);
    }

    /** A collection with what can be done to it besides. */
    ObjectNode offering(Call call, ServedType type, String url, ObjectNode collection) {
        ObjectNode actions = (ObjectNode) collection.get(call.actionsKey());
        new TreeMap<>(type.hooks().collectionActions()).forEach((name, action) -> {
            if (action.available().holds(call, JSON.objectNode())) {
                actions.put(name, url + "?action=" + name);
            }
        });
        return collection;
    }

    private boolean isListed(Call call, ServedType type, ObjectNode stored, boolean all) {
        if (type.hooks().isHidden(call, stored)) {
            return false;
        }
        boolean own = type.hooks().isOwn(call, stored);
        return type.hooks().listsOwnOnly(call) ? own : own || all || rights.maySee(call, type, stored);
    }

    /** The resource as a list would show it; empty if it would not. */
    Optional<ObjectNode> listed(Call call, ServedType type, ObjectNode stored) {
        return isListed(call, type, stored, rights.mayListAll(call, type))
                ? Optional.of(show(call, type, stored))
                : Optional.empty();
    }

    ObjectNode get(Call call, ServedType type, String id) {
        return show(call, type, visible(call, type, id));
    }

    /** The stored object, if the caller may see it. */
    ObjectNode visible(Call call, ServedType type, String id) {
        if (!type.type().resourceMethods().contains("GET")) {
            throw Refusal.methodNotSupported("GET");
        }
        ObjectNode stored = ObjectId.parse(type, id)
                .flatMap(type.store()::get)
                .filter(found -> !type.hooks().isHidden(call, found))
                .orElseThrow(() -> absent(type, id));
        if (type.hooks().isOwn(call, stored)) {
            call.audited().decided(OWN);
        } else {
            rights.require(call, "get", type, ObjectId.of(stored));
        }
        return stored;
    }

    private static RuntimeException absent(ServedType type, String id) {
        String shown = id.length() > 253 ? id.substring(0, 253) : id;
        return Refusal.notFound(type.qualifiedResource() + " \"" + shown + "\" not found");
    }

    // --- writing

    Response create(Call call, ServedType type, ObjectNode body, Optional<String> clusterId) {
        if (!type.creates()) {
            throw Refusal.methodNotSupported("POST");
        }
        ObjectNode sent = body.deepCopy();
        clusterId.ifPresent(id -> sent.put("clusterId", id));
        String owner = type.isScoped() ? sent.path(type.scopeField()).asText() : "";
        if (type.hooks().anybodyMay("create")) {
            call.audited().decided(ANYBODY);
        } else {
            rights.require(call, "create", type, new ObjectId(owner, ""));
        }
        ObjectNode resource = FieldRules.forCreate(type.type(), sent);
        if (type.isScoped()) {
            visible(call, types.require(type.type().scope()), owner);
        }
        type.hooks().checkCreate(call, resource);
        ObjectNode stored = store(call, type, resource, owner);
        call.audited().changed(() -> null, () -> stored);
        type.hooks().created(call, resource, stored);
        return Response.status(201).entity(show(call, type, stored)).build();
    }

    private ObjectNode store(Call call, ServedType type, ObjectNode resource, String namespace) {
        ObjectNode object = JSON.objectNode();
        ObjectNode metadata = object.putObject("metadata");
        type.type().store(resource, object);
        String name = type.type().namedByCaller() ? resource.path("name").asText() : "";
        metadata.remove("name");
        dropForgedKeys(child(metadata, "labels"));
        dropForgedKeys(child(metadata, "annotations"));
        if (name.isEmpty()) {
            metadata.put("generateName", type.type().idPrefix());
        } else {
            metadata.put("name", name);
        }
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        child(metadata, "labels").put("cattle.io/creator", "norman");
        child(metadata, "annotations").put(CREATOR, call.caller().userId());
        type.hooks().store(call, resource, object);
        try {
            return type.store().create(object);
        } catch (DroverException e) {
            type.hooks().notCreated(object);
            if (e.fault() == Fault.CONFLICT) {
                throw Refusal.conflict("AlreadyExists", type.qualifiedResource() + " \"" + name + "\" already exists");
            }
            throw e;
        }
    }

    ObjectNode update(Call call, ServedType type, String id, ObjectNode body) {
        if (!type.type().resourceMethods().contains("PUT")) {
            throw Refusal.methodNotSupported("PUT");
        }
        ObjectNode before = visible(call, type, id);
        ObjectId objectId = ObjectId.of(before);
        type.hooks().checkChangeable(call, before);
        rights.require(call, "update", type, objectId);
        ObjectNode resource = FieldRules.forUpdate(type.type(), body);
        if ("true".equals(call.query().getFirst("_replace"))) {
            dropMissing(type, resource);
        }
        type.hooks().checkUpdate(call, resource, before);
        ObjectNode after = type.store().update(objectId, object -> merge(call, type, resource, object));
        call.audited().changed(() -> before, () -> after);
        return show(call, type, after);
    }

    /** What a replacement does not name is taken away; what a caller may not set stays. */
    private static void dropMissing(ServedType type, ObjectNode resource) {
        for (RestField field : type.type().fields().values()) {
            if (field.update() && !field.secret() && !resource.has(field.name())) {
                resource.set(field.name(), field.defaultValue().orElse(JSON.nullNode()));
            }
        }
    }

    private static ObjectNode merge(Call call, ServedType type, ObjectNode resource, ObjectNode object) {
        JsonNode metadata = object.path("metadata").deepCopy();
        type.type().store(resource, object);
        keepSystemKeys(metadata, object, "labels");
        keepSystemKeys(metadata, object, "annotations");
        type.hooks().store(call, resource, object);
        return object;
    }

    /** Labels and annotations that belong to the system outlive a map that was sent without them, and can't be forged. */
    private static void keepSystemKeys(JsonNode before, ObjectNode object, String map) {
        ObjectNode after = child((ObjectNode) object.get("metadata"), map);
        dropForgedKeys(after);
        before.path(map).properties().forEach(entry -> {
            String key = entry.getKey();
            if (isSystems(key) && !(isForCallers(key) && after.has(key))) {
                after.set(key, entry.getValue());
            }
        });
    }

    private static void dropForgedKeys(ObjectNode map) {
        List<String> forged = new ArrayList<>();
        map.fieldNames().forEachRemaining(key -> {
            if (isSystems(key) && !isForCallers(key)) {
                forged.add(key);
            }
        });
        map.remove(forged);
    }

    private static boolean isSystems(String key) {
        return key.contains("cattle.io/") || key.startsWith("drover.io/");
    }

    private static boolean isForCallers(String key) {
        return key.startsWith("field.cattle.io/") && !key.equals(CREATOR);
    }

    /** 200 with what is left while finalizers run, 204 when it is gone at once. */
    Response delete(Call call, ServedType type, String id) {
        if (!type.type().resourceMethods().contains("DELETE")) {
            throw Refusal.methodNotSupported("DELETE");
        }
        ObjectNode stored = visible(call, type, id);
        ObjectId objectId = ObjectId.of(stored);
        if (!(type.hooks().anybodyMay("delete") && type.hooks().isOwn(call, stored))) {
            rights.require(call, "delete", type, objectId);
        }
        type.hooks().checkDelete(call, stored);
        type.store().delete(objectId);
        Optional<ObjectNode> after = type.store().get(objectId);
        call.audited().changed(() -> stored, () -> after.orElse(null));
        return after.map(left -> Response.ok(show(call, type, left)).build())
                .orElseGet(() -> Response.noContent().build());
    }

    // --- actions

    Response act(Call call, ServedType type, String id, String name, ObjectNode body) {
        Action action = known(type.hooks().actions(), name);
        call.audited().secretFields(secretFields(type, action));
        ObjectNode before = visible(call, type, id);
        Response answer = act(call, action, name, before, body);
        Optional<ObjectNode> after = type.store().get(ObjectId.of(before));
        call.audited().changed(() -> before, () -> after.orElse(null));
        return answer;
    }

    Response actOnCollection(Call call, ServedType type, String name, ObjectNode body) {
        call.audited().decided(ANYBODY);
        Action action = known(type.hooks().collectionActions(), name);
        call.audited().secretFields(secretFields(type, action));
        Optional<ObjectId> concerned = type.hooks().concerned(call);
        Optional<ObjectNode> before = concerned.flatMap(type.store()::get);
        Response answer = act(call, action, name, JSON.objectNode(), body);
        Optional<ObjectNode> after = concerned.flatMap(type.store()::get);
        if (!before.equals(after)) {
            call.audited().changed(() -> before.orElse(null), () -> after.orElse(null));
        }
        return answer;
    }

    private static Response act(Call call, Action action, String name, ObjectNode stored, ObjectNode body) {
        call.takeDecision();
        boolean available = action.available().holds(call, stored);
        Optional<Decision> asked = call.takeDecision();
        if (!available) {
            call.audited().decided(asked.filter(decision -> !decision.allowed()).orElse(NOT_OFFERED));
            throw invalidAction(name);
        }
        asked.ifPresent(call.audited()::decided);
        return action.run().run(call, stored, action.read(body));
    }

    private static Set<String> secretFields(ServedType type, Action action) {
        Stream<RestType> outputs = type.hooks().outputs().stream()
                .filter(output -> action.output().filter(output.id()::equals).isPresent());
        return Stream.concat(action.input().stream(), outputs)
                .flatMap(told -> told.fields().values().stream())
                .filter(RestField::secret)
                .map(RestField::name)
                .collect(Collectors.toSet());
    }

    private static Action known(Map<String, Action> actions, String name) {
        return Optional.ofNullable(actions.get(name)).orElseThrow(() -> invalidAction(name));
    }

    private static DroverException invalidAction(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) : name;
        return DroverException.invalid("InvalidAction", null, "Invalid action: " + shown);
    }

    // --- showing

    ObjectNode show(Call call, ServedType type, ObjectNode stored) {
        ObjectId objectId = ObjectId.of(stored);
        String id = objectId.toString();
        String self = call.urls().resource(type, id);
        ObjectNode resource = type.type().show(stored);
        resource.put("id", id).put("type", type.id()).put("baseType", type.id());
        if (resource.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(CREATOR); // shown as creatorId
        }
        if (type.type().stateful()) {
            States.show(stored, clock, resource);
        }
        resource.set("links", links(call, type, stored, objectId, self));
        ObjectNode actions = JSON.objectNode();
        new TreeMap<>(type.hooks().actions()).forEach((name, action) -> {
            if (action.available().holds(call, stored)) {
                actions.put(name, self + "?action=" + name);
            }
        });
        if (!actions.isEmpty()) {
            resource.set(call.actionsKey(), actions);
        }
        type.hooks().show(call, stored, resource);
        return resource;
    }

    private ObjectNode links(Call call, ServedType type, ObjectNode stored, ObjectId objectId, String self) {
        Map<String, String> links = new TreeMap<>();
        links.put("self", self);
        boolean own = type.hooks().isOwn(call, stored);
        if (type.type().resourceMethods().contains("PUT")
                && type.hooks().offers("update", stored)
                && rights.may(call, "update", type, objectId)) {
            links.put("update", self);
        }
        if (type.type().resourceMethods().contains("DELETE")
                && type.hooks().offers("remove", stored)
                && (own && type.hooks().anybodyMay("delete") || rights.may(call, "delete", type, objectId))) {
            links.put("remove", self);
        }
        List<Map.Entry<ServedType, String>> references = type.creates() ? types.referringTo(type) : List.of();
        references.forEach(reference -> {
            ServedType other = reference.getKey();
            String plural = other.type().plural();
            links.put(
                    plural,
                    type.id().equals("cluster")
                            ? self + "/" + Types.lower(plural)
                            : call.urls()
                                    .to(ServedType.V3 + "/" + plural + "?" + reference.getValue() + "="
                                            + Urls.encoded(objectId.toString())));
        });
        if (type.id().equals("cluster")) {
            links.put("subscribe", self + "/subscribe");
        }
        ObjectNode json = JSON.objectNode();
        links.forEach(json::put);
        return json;
    }

    private boolean mayCreate(Call call, ServedType type) {
        return type.creates() && (type.hooks().anybodyMay("create") || rights.mayAnywhere(call, "create", type));
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
    }
}

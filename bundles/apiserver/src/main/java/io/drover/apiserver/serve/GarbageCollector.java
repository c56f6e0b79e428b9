package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Removes objects all of whose owners are gone, and finishes owners that are deleted before or without what they own. */
final class GarbageCollector implements Housekeeping.Keeper {

    private final Store store;
    private final Kinds kinds;
    private final Steps steps;
    private final Map<String, Set<String>> dependents = new HashMap<>();

    GarbageCollector(Store store, Kinds kinds, Steps steps) {
        this.store = store;
        this.kinds = kinds;
        this.steps = steps;
    }

    void forgetAll() {
        dependents.clear();
    }

    /** Keeps the index of owners: an object was {@code before} and is {@code after}; either may be null. */
    void note(Stored before, Stored after) {
        if (before != null) {
            for (String owner : before.owners()) {
                Set<String> keys = dependents.get(owner);
                if (keys != null && keys.remove(before.key()) && keys.isEmpty()) {
                    dependents.remove(owner);
                }
            }
        }
        if (after != null) {
            for (String owner : after.owners()) {
                dependents.computeIfAbsent(owner, o -> new LinkedHashSet<>()).add(after.key());
            }
        }
    }

    Set<String> dependentsOf(Stored owner) {
        return dependents.isEmpty() ? Set.of() : dependentsOf(uid(Json.read(owner.json())));
    }

    private Set<String> dependentsOf(String uid) {
        return Set.copyOf(dependents.getOrDefault(uid, Set.of()));
    }

    private static String uid(ObjectNode object) {
        return object.at("/metadata/uid").asText();
    }

    @Override
    public boolean look(Stored object) throws InterruptedException {
        boolean done = true;
        if (object.deleting()) {
            done = finish(object);
        }
        if (!object.owners().isEmpty() && !object.deleting()) {
            collect(object);
        }
        return done;
    }

    private void collect(Stored stored) throws InterruptedException {
        ObjectNode object = Json.read(stored.json());
        String namespace = object.at("/metadata/namespace").asText("");
        int alive = 0;
        int unknown = 0;
        for (JsonNode owner : object.at("/metadata/ownerReferences")) {
            Optional<ResourceType> type = type(owner);
            if (type.isEmpty()) {
                unknown++;
            } else if (isAlive(type.get(), owner, namespace)) {
                alive++;
            }
        }
        if (alive == 0 && unknown == 0) {
            Optional<ResourceType> type = typeOf(object);
            if (type.isPresent()) {
                steps.delete(type.get(), stored.key());
            }
        }
    }

    private boolean isAlive(ResourceType type, JsonNode owner, String namespace) {
        return store.now()
                .get(type.key(namespace, owner.path("name").asText()))
                .filter(o -> uid(Json.read(o.json())).equals(owner.path("uid").asText()))
                .isPresent();
    }

    private Optional<ResourceType> type(JsonNode owner) {
        return kinds.in(owner.path("apiVersion").asText()).stream()
                .filter(t -> t.kind().equals(owner.path("kind").asText()))
                .findFirst();
    }

    private Optional<ResourceType> typeOf(ObjectNode object) {
        return type(object);
    }

    private boolean finish(Stored stored) throws InterruptedException {
        ObjectNode owner = Json.read(stored.json());
        Set<String> finalizers = new LinkedHashSet<>();
        owner.at("/metadata/finalizers").forEach(f -> finalizers.add(f.asText()));
        if (finalizers.contains(Deleting.ORPHAN)) {
            for (String dependent : dependentsOf(uid(owner))) {
                steps.edit(dependent, d -> removeOwner(d, uid(owner)));
            }
            steps.edit(stored.key(), o -> removeFinalizer(o, Deleting.ORPHAN));
            return true;
        }
        if (!finalizers.contains(Deleting.FOREGROUND)) {
            return true;
        }
        boolean blocked = false;
        for (String key : dependentsOf(uid(owner))) {
            Optional<Stored> dependent = store.now().get(key);
            if (dependent.isPresent() && hasOtherOwner(Json.read(dependent.get().json()), uid(owner))) {
                steps.edit(key, d -> removeOwner(d, uid(owner)));
            } else if (dependent.isPresent()) {
                blocked |= blocks(dependent.get(), uid(owner));
                Optional<ResourceType> type = typeOf(Json.read(dependent.get().json()));
                if (!dependent.get().deleting() && type.isPresent()) {
                    steps.delete(type.get(), key);
                }
            }
        }
        if (!blocked) {
            steps.edit(stored.key(), o -> removeFinalizer(o, Deleting.FOREGROUND));
        }
        return !blocked;
    }

    /** Whether somebody else owns it who stays. */
    private boolean hasOtherOwner(ObjectNode dependent, String owner) {
        String namespace = dependent.at("/metadata/namespace").asText("");
        for (JsonNode reference : dependent.at("/metadata/ownerReferences")) {
            boolean other = !reference.path("uid").asText().equals(owner);
            if (other
                    && type(reference)
                            .filter(t -> stays(t, reference, namespace))
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private boolean stays(ResourceType type, JsonNode owner, String namespace) {
        return isAlive(type, owner, namespace)
                && store.now()
                        .get(type.key(namespace, owner.path("name").asText()))
                        .filter(o -> !o.deleting())
                        .isPresent();
    }

    private static boolean blocks(Stored dependent, String owner) {
        for (JsonNode reference : Json.read(dependent.json()).at("/metadata/ownerReferences")) {
            if (reference.path("uid").asText().equals(owner)) {
                return reference.path("blockOwnerDeletion").asBoolean();
            }
        }
        return false;
    }

    private static void removeOwner(ObjectNode dependent, String owner) {
        ObjectNode metadata = Metadata.of(dependent);
        ArrayNode rest = Json.array();
        for (JsonNode reference : metadata.path("ownerReferences")) {
            if (!reference.path("uid").asText().equals(owner)) {
                rest.add(reference);
            }
        }
        replace(metadata, "ownerReferences", rest);
    }

    static void removeFinalizer(ObjectNode object, String finalizer) {
        ObjectNode metadata = Metadata.of(object);
        ArrayNode rest = Json.array();
        for (JsonNode present : metadata.path("finalizers")) {
            if (!present.asText().equals(finalizer)) {
                rest.add(present);
            }
        }
        replace(metadata, "finalizers", rest);
    }

    private static void replace(ObjectNode metadata, String field, ArrayNode list) {
        if (list.isEmpty()) {
            metadata.remove(List.of(field));
        } else {
            metadata.set(field, list);
        }
    }
}

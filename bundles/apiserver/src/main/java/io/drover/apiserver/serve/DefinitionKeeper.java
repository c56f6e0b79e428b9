package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Accepts the names of custom resource definitions, serves what they define, and removes the instances with the definition. */
final class DefinitionKeeper implements Housekeeping.Keeper {

    /** Put on a definition by its deletion; goes with the last instance. */
    static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private final Store store;
    private final Kinds kinds;
    private final Steps steps;

    DefinitionKeeper(Store store, Kinds kinds, Steps steps) {
        this.store = store;
        this.kinds = kinds;
        this.steps = steps;
    }

    void installEstablished() {
        for (ObjectNode definition : definitions()) {
            if (isTrue(definition, "Established")) {
                kinds.install(definition);
            }
        }
    }

    void withdraw(Stored definition) {
        kinds.withdraw(nameOf(definition));
    }

    private static String nameOf(Stored definition) {
        return definition.key().substring(definition.key().lastIndexOf('/') + 1);
    }

    private List<ObjectNode> definitions() {
        List<ObjectNode> definitions = new ArrayList<>();
        Iterator<Stored> all = store.now().below(BuiltIns.CUSTOM_RESOURCE_DEFINITIONS.topic());
        all.forEachRemaining(s -> definitions.add(Json.read(s.json())));
        return definitions;
    }

    @Override
    public boolean look(Stored stored) throws InterruptedException {
        ObjectNode definition = Json.read(stored.json());
        if (stored.deleting()) {
            return cleanUp(stored, definition);
        }
        String conflict = conflict(definition);
        if (conflict == null || isTrue(definition, "Established")) {
            kinds.install(definition);
        }
        steps.edit(stored.key(), d -> accept(d, conflict));
        return true;
    }

    private static void accept(ObjectNode definition, String conflict) {
        if (Metadata.isDeleting(definition)) {
            return;
        }
        ObjectNode status = Json.child(definition, "status");
        if (conflict == null) {
            condition(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found");
            condition(status, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted");
            status.set("acceptedNames", definition.at("/spec/names").deepCopy());
        } else {
            condition(status, "NamesAccepted", "False", "NameConflict", conflict);
            if (!isTrue(definition, "Established")) {
                condition(status, "Established", "False", "NotAccepted", "not all names are accepted");
            }
        }
    }

    private static void condition(ObjectNode status, String type, String value, String reason, String message) {
        ArrayNode conditions = status.withArray("conditions");
        ObjectNode found = null;
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                found = (ObjectNode) condition;
            }
        }
        if (found == null) {
            found = conditions.addObject().put("type", type);
        }
        if (!found.path("status").asText().equals(value)) {
            found.put("lastTransitionTime", Metadata.now());
        }
        found.put("status", value).put("reason", reason).put("message", message);
    }

    private static boolean isTrue(JsonNode definition, String type) {
        for (JsonNode condition : definition.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** What another definition of the group, or a built-in kind, has taken already; null = nothing. */
    private String conflict(ObjectNode definition) {
        String group = definition.at("/spec/group").asText();
        String name = Metadata.name(definition);
        Set<String> taken = new HashSet<>();
        Set<String> takenKinds = new HashSet<>();
        for (ObjectNode other : definitions()) {
            if (other.at("/spec/group").asText().equals(group)
                    && !Metadata.name(other).equals(name)
                    && isTrue(other, "Established")) {
                taken.addAll(names(other.at("/spec/names")));
                takenKinds.add(other.at("/spec/names/kind").asText());
                takenKinds.add(other.at("/spec/names/listKind").asText());
            }
        }
        for (ResourceType type : BuiltIns.all()) {
            if (type.group().equals(group)) {
                taken.add(type.plural());
                takenKinds.add(type.kind());
            }
        }
        for (String own : names(definition.at("/spec/names"))) {
            if (taken.contains(own)) {
                return '"' + own + "\" is already in use";
            }
        }
        String kind = definition.at("/spec/names/kind").asText();
        return takenKinds.contains(kind) ? '"' + kind + "\" is already in use" : null;
    }

    private static List<String> names(JsonNode names) {
        List<String> all = new ArrayList<>();
        all.add(names.path("plural").asText());
        all.add(names.path("singular").asText());
        names.path("shortNames").forEach(s -> all.add(s.asText()));
        return all;
    }

    private boolean cleanUp(Stored stored, ObjectNode definition) throws InterruptedException {
        steps.edit(
                stored.key(),
                d -> condition(
                        Json.child(d, "status"),
                        "Terminating",
                        "True",
                        "InstanceDeletionInProgress",
                        "CustomResource deletion is in progress"));
        String group = definition.at("/spec/group").asText();
        String plural = definition.at("/spec/names/plural").asText();
        ResourceType type = kinds.stored().stream()
                .filter(t -> t.group().equals(group) && t.plural().equals(plural) && t.custom())
                .findFirst()
                .orElse(null);
        boolean empty = true;
        if (type != null) {
            for (Iterator<Stored> instances = store.now().below(type.topic()); instances.hasNext(); ) {
                Stored instance = instances.next();
                if (!instance.deleting()) {
                    steps.delete(type, instance.key());
                }
            }
            empty = !store.now().below(type.topic()).hasNext();
        }
        if (empty) {
            kinds.withdraw(nameOf(stored));
            steps.edit(stored.key(), d -> GarbageCollector.removeFinalizer(d, CLEANUP));
        }
        return empty;
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.apply.ManagedFields;
import io.drover.apiserver.apply.ManagedFields.Manager;
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

    private static final Manager SERVER = new Manager("kube-apiserver", false, "apiextensions.k8s.io/v1", "status");

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
        Names names = accepted(definition);
        if (names.reason() == null || isTrue(definition, "Established")) {
            kinds.install(definition);
        }
        steps.edit(stored.key(), d -> asServer(d, () -> accept(d, names)));
        return true;
    }

    /** Makes a change of the status in the name of the server. */
    private static void asServer(ObjectNode definition, Runnable change) {
        ObjectNode status = Json.child(definition, "status");
        if (!status.path("conditions").isArray()) {
            status.putArray("conditions");
        }
        ObjectNode before = definition.deepCopy();
        change.run();
        if (!before.equals(definition)) {
            ResourceType type = BuiltIns.CUSTOM_RESOURCE_DEFINITIONS;
            ManagedFields.updated(definition, before, SERVER, type.schema(), true, Metadata.now());
        }
    }

    private static void accept(ObjectNode definition, Names names) {
        if (Metadata.isDeleting(definition)) {
            return;
        }
        ObjectNode status = Json.child(definition, "status");
        status.set("acceptedNames", names.accepted());
        if (names.reason() == null) {
            condition(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found");
            condition(status, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted");
        } else {
            condition(status, "NamesAccepted", "False", names.reason(), names.message());
            if (!isTrue(definition, "Established")) {
                condition(status, "Established", "False", "NotAccepted", "not all names are accepted");
            }
        }
    }

    private static void condition(ObjectNode status, String type, String value, String reason, String message) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
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

    /**
     * What has come of a definition's names.
     *
     * @param reason why not all are accepted; null = they are
     */
    private record Names(ObjectNode accepted, String reason, String message) {}

    /** Names that neither another definition of the group nor a built-in kind has taken already. */
    private Names accepted(ObjectNode definition) {
        String group = definition.at("/spec/group").asText();
        Set<String> taken = new HashSet<>();
        Set<String> takenKinds = new HashSet<>();
        for (ObjectNode other : definitions()) {
            if (other.at("/spec/group").asText().equals(group)
                    && !Metadata.name(other).equals(Metadata.name(definition))) {
                JsonNode names = other.at("/status/acceptedNames");
                taken.add(names.path("plural").asText());
                taken.add(names.path("singular").asText());
                names.path("shortNames").forEach(s -> taken.add(s.asText()));
                takenKinds.add(names.path("kind").asText());
                takenKinds.add(names.path("listKind").asText());
            }
        }
        for (ResourceType type : BuiltIns.all()) {
            if (type.group().equals(group)) {
                taken.add(type.plural());
                takenKinds.add(type.kind());
            }
        }
        JsonNode wanted = definition.at("/spec/names");
        ObjectNode accepted = Json.object().put("plural", "").put("kind", "");
        if (wanted.has("categories")) {
            accepted.set("categories", wanted.get("categories"));
        }
        String reason = null;
        String message = null;
        for (String field : List.of("plural", "singular", "shortNames", "kind", "listKind")) {
            JsonNode name = wanted.path(field);
            String conflict = conflict(name, field.endsWith("ind") ? takenKinds : taken);
            if (conflict != null) {
                reason = Character.toUpperCase(field.charAt(0)) + field.substring(1) + "Conflict";
                message = conflict;
            } else if (!name.isMissingNode()) {
                accepted.set(field, name.deepCopy());
            }
        }
        return new Names(accepted, reason, message);
    }

    /** Null if there is none. */
    private static String conflict(JsonNode name, Set<String> taken) {
        for (JsonNode each : name.isArray() ? name : List.of(name)) {
            if (!each.asText().isEmpty() && taken.contains(each.asText())) {
                return '"' + each.asText() + "\" is already in use";
            }
        }
        return null;
    }

    /** Notes how far the deletion is. */
    static void terminating(ObjectNode definition, String reason, String message) {
        condition(Json.child(definition, "status"), "Terminating", "True", reason, message);
    }

    private boolean cleanUp(Stored stored, ObjectNode definition) throws InterruptedException {
        steps.edit(
                stored.key(),
                d -> asServer(
                        d,
                        () -> terminating(d, "InstanceDeletionInProgress", "CustomResource deletion is in progress")));
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

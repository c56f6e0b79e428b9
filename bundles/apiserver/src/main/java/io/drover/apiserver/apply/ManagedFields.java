package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list {@code metadata.managedFields} of an object: who manages which of its fields. */
public final class ManagedFields {

    private static final int MAX_UPDATERS = 10;
    private static final String ANCIENT = "ancient-changes";
    /** Has what nobody managed when something is applied for the first time. */
    private static final String BEFORE_APPLY = "before-first-apply";

    /** Metadata that nobody manages but the server. */
    private static final Set<String> SERVERS = Set.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "resourceVersion",
            "selfLink",
            "managedFields");

    /**
     * Who changes fields, and how.
     *
     * @param subresource empty for the object itself
     */
    public record Manager(String name, boolean applies, String apiVersion, String subresource) {

        private String shown() {
            String of = subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"';
            return "with \"" + name + '"' + of + (applies ? "" : " using " + apiVersion);
        }
    }

    private record Managed(FieldSet fields, String time) {}

    private static final Comparator<Map.Entry<Manager, Managed>> IN_ORDER = Comparator.comparing(
                    (Map.Entry<Manager, Managed> e) -> !e.getKey().applies())
            .thenComparing(e -> e.getValue().time())
            .thenComparing(e -> e.getKey().name())
            .thenComparing(e -> e.getKey().apiVersion())
            .thenComparing(e -> e.getKey().subresource());

    /** As conflicts are listed. */
    private static final Comparator<Manager> BY_NAME = Comparator.comparing(Manager::name);

    private final Map<Manager, Managed> entries = new LinkedHashMap<>();

    private ManagedFields() {}

    static ManagedFields of(JsonNode object) {
        ManagedFields fields = new ManagedFields();
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            Manager manager = new Manager(
                    entry.path("manager").asText(),
                    entry.path("operation").asText().equals("Apply"),
                    entry.path("apiVersion").asText(),
                    entry.path("subresource").asText(""));
            fields.entries.put(
                    manager,
                    new Managed(
                            FieldSet.read(entry.path("fieldsV1")),
                            entry.path("time").asText()));
        }
        return fields;
    }

    private void writeTo(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        ArrayNode list = Json.array();
        entries.entrySet().stream().sorted(IN_ORDER).forEach(found -> {
            Manager manager = found.getKey();
            Managed managed = found.getValue();
            ObjectNode entry = list.addObject()
                    .put("manager", manager.name())
                    .put("operation", manager.applies() ? "Apply" : "Update")
                    .put("apiVersion", manager.apiVersion());
            if (!managed.time().isEmpty()) {
                entry.put("time", managed.time());
            }
            entry.put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", managed.fields().write());
            if (!manager.subresource().isEmpty()) {
                entry.put("subresource", manager.subresource());
            }
        });
        if (list.isEmpty()) {
            metadata.remove(List.of("managedFields"));
        } else {
            metadata.set("managedFields", list);
        }
    }

    private void set(Manager manager, FieldSet fields, String now) {
        Managed old = entries.get(manager);
        if (fields.isEmpty()) {
            entries.remove(manager);
        } else if (old == null || !old.fields().equals(fields)) {
            entries.put(manager, new Managed(fields, now));
        }
    }

    private FieldSet of(Manager manager) {
        Managed managed = entries.get(manager);
        return managed == null ? new FieldSet() : managed.fields();
    }

    private void takeFromOthers(Manager taker, FieldSet taken) {
        for (Manager other : List.copyOf(entries.keySet())) {
            if (!other.equals(taker)) {
                Managed managed = entries.get(other);
                FieldSet left = managed.fields().minus(taken);
                if (left.isEmpty()) {
                    entries.remove(other);
                } else if (!left.equals(managed.fields())) {
                    entries.put(other, new Managed(left, managed.time()));
                }
            }
        }
    }

    /** Merges the oldest updaters into one when there are too many. */
    private void limitUpdaters() {
        List<Manager> updaters = new ArrayList<>(
                entries.keySet().stream().filter(m -> !m.applies()).toList());
        while (updaters.size() > MAX_UPDATERS) {
            Manager first = updaters.remove(0);
            Manager second = updaters.remove(0);
            Managed a = entries.remove(first);
            Managed b = entries.remove(second);
            Manager merged = new Manager(ANCIENT, false, second.apiVersion(), "");
            entries.put(merged, new Managed(of(merged).union(a.fields()).union(b.fields()), b.time()));
            updaters.remove(merged);
            updaters.add(0, merged);
        }
    }

    /**
     * Notes an update in the object that came of it.
     *
     * @param before null for a creation
     * @param fixedParts whether named parts of the object are always there, as in kinds that are built in
     */
    public static void updated(
            ObjectNode after, ObjectNode before, Manager manager, Schema schema, boolean fixedParts, String now) {
        JsonNode given = after.at("/metadata/managedFields");
        boolean reset = given.isArray()
                && (given.isEmpty() || given.size() == 1 && given.get(0).isEmpty());
        ManagedFields fields = new ManagedFields();
        if (before != null && !reset) {
            // Clients that take over from others rewrite the list itself.
            fields = of(given.isEmpty() ? before : after);
        }
        if (before != null && fields.entries.isEmpty()) {
            // What nobody manages stays so until somebody applies.
            fields.writeTo(after);
            return;
        }
        Fields.Difference difference =
                Fields.between(own(before == null ? Json.object() : before), own(after), schema, fixedParts);
        if (!difference.isEmpty()) {
            FieldSet changed = difference.added().union(difference.modified());
            fields.takeFromOthers(manager, changed.union(difference.removed()));
            fields.set(manager, fields.of(manager).minus(difference.removed()).union(changed), now);
            fields.limitUpdaters();
        }
        fields.writeTo(after);
    }

    /**
     * What comes of applying a configuration.
     *
     * @param live null if the object is not there yet
     * @param force whether fields are taken from others instead of refusing
     * @throws Refusal a conflict, if others manage fields that would change
     */
    public static ObjectNode applied(
            ObjectNode live,
            ObjectNode configuration,
            Manager manager,
            boolean force,
            Schema schema,
            boolean fixedParts,
            String now) {
        ManagedFields fields = live == null ? new ManagedFields() : of(live);
        if (live != null && fields.entries.isEmpty()) {
            FieldSet all = Fields.between(own(Json.object()), own(live), schema, fixedParts)
                    .added();
            fields.set(new Manager(BEFORE_APPLY, false, manager.apiVersion(), manager.subresource()), all, now);
        }
        fields.adopt(manager);
        FieldSet wanted = Fields.of(own(configuration), schema);
        FieldSet last = fields.of(manager);
        FieldSet others = new FieldSet();
        for (Map.Entry<Manager, Managed> entry : fields.entries.entrySet()) {
            if (!entry.getKey().equals(manager)) {
                others = others.union(entry.getValue().fields());
            }
        }
        JsonNode merged = Merging.merge(live == null ? Json.object() : live, configuration, schema);
        ObjectNode result = (ObjectNode) Merging.remove(
                merged, schema, last.minus(wanted), others.union(wanted).union(identity()));
        Fields.Difference difference =
                Fields.between(own(live == null ? Json.object() : live), own(result), schema, fixedParts);
        FieldSet changed = difference.added().union(difference.modified());
        if (!force) {
            FieldSet allowed = live == null ? new FieldSet() : LastApplied.allowed(live, manager, schema);
            fields.refuseConflicts(manager, changed.minus(allowed));
        }
        fields.takeFromOthers(manager, changed.union(difference.removed()));
        // Who takes part in what is there already has no time of his own.
        String since = difference.isEmpty()
                ? Optional.ofNullable(fields.entries.get(manager))
                        .map(Managed::time)
                        .orElse("")
                : now;
        fields.set(manager, wanted, since);
        LastApplied.note(result, configuration, manager);
        fields.writeTo(result);
        return result;
    }

    /** Who applies is the same in all versions. */
    private void adopt(Manager manager) {
        for (Manager other : List.copyOf(entries.keySet())) {
            boolean same = other.applies()
                    && other.name().equals(manager.name())
                    && other.subresource().equals(manager.subresource());
            if (same && !other.equals(manager)) {
                entries.put(manager, entries.remove(other));
            }
        }
    }

    /** What an object never loses by being applied. */
    private static FieldSet identity() {
        FieldSet set = new FieldSet();
        for (String field : List.of("apiVersion", "kind", "metadata")) {
            set.at("f:" + field).add();
        }
        return set;
    }

    private void refuseConflicts(Manager manager, FieldSet changed) {
        List<Cause> causes = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        entries.entrySet().stream().sorted(Map.Entry.comparingByKey(BY_NAME)).forEach(entry -> {
            Manager other = entry.getKey();
            Managed managed = entry.getValue();
            FieldSet conflict =
                    other.equals(manager) ? new FieldSet() : managed.fields().and(changed);
            List<String> paths = conflict.paths();
            if (!paths.isEmpty()) {
                lines.add("conflicts " + other.shown() + ":");
            }
            for (String path : paths) {
                lines.add("- " + path);
                causes.add(new Cause("FieldManagerConflict", path, "conflict " + other.shown()));
            }
        });
        if (causes.size() == 1) {
            throw Refusal.applyConflict(
                    "Apply failed with 1 conflict: " + causes.get(0).message() + ": "
                            + causes.get(0).field(),
                    causes);
        }
        if (!causes.isEmpty()) {
            throw Refusal.applyConflict(
                    "Apply failed with " + causes.size() + " conflicts: " + String.join("\n", lines), causes);
        }
    }

    /** The object without what nobody manages but the server. */
    static ObjectNode own(ObjectNode object) {
        ObjectNode own = Json.object();
        own.putObject("metadata");
        object.properties().forEach(field -> {
            if (field.getKey().equals("metadata") && field.getValue() instanceof ObjectNode metadata) {
                ObjectNode rest = Json.object();
                metadata.properties().forEach(m -> {
                    if (!SERVERS.contains(m.getKey())) {
                        rest.set(m.getKey(), m.getValue());
                    }
                });
                own.set("metadata", rest);
            } else if (!field.getKey().equals("apiVersion") && !field.getKey().equals("kind")) {
                own.set(field.getKey(), field.getValue());
            }
        });
        return own;
    }
}

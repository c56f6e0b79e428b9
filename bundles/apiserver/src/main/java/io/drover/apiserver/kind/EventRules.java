package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Events have two faces: the core group's, in which they are stored, and that of {@code events.k8s.io}. */
public final class EventRules implements ResourceType.Rules {

    static final EventRules CORE = new EventRules(false);
    static final EventRules NEW = new EventRules(true);

    /** Field of the core group's face, and of the other's. */
    private static final List<List<String>> RENAMED = List.of(
            List.of("involvedObject", "regarding"),
            List.of("message", "note"),
            List.of("reportingComponent", "reportingController"),
            List.of("source", "deprecatedSource"),
            List.of("firstTimestamp", "deprecatedFirstTimestamp"),
            List.of("lastTimestamp", "deprecatedLastTimestamp"),
            List.of("count", "deprecatedCount"));

    private static final int LONGEST_FIELD = 128;
    private static final int LONGEST_NOTE = 1024;
    /** What never changes in the newer group. */
    private static final List<String> UNCHANGING = List.of(
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "type",
            "eventTime",
            "action",
            "related",
            "reportingComponent",
            "reportingInstance");

    private final boolean newFace;

    private EventRules(boolean newFace) {
        this.newFace = newFace;
    }

    static BuiltIns.Builder columns(BuiltIns.Builder builder) {
        return builder.selectable("reason", "type")
                .column("Last Seen", EventRules::lastSeen)
                .column("Type", of("/type"))
                .column("Reason", of("/reason"))
                .column("Object", EventRules::about)
                .wide("Subobject", of("/involvedObject/fieldPath"))
                .wide("Source", EventRules::source)
                .column(
                        "Message",
                        event -> TextNode.valueOf(text(event, "/message").trim()))
                .wide("First Seen", EventRules::firstSeen)
                .wide("Count", EventRules::count)
                .wideName();
    }

    static BuiltIns.Builder selectable(BuiltIns.Builder builder) {
        for (String field : List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")) {
            builder.selectable("involvedObject." + field);
        }
        return builder.selectable("reportingComponent", "source");
    }

    /** The same of the newer face. */
    static BuiltIns.Builder newSelectable(BuiltIns.Builder builder) {
        for (String field : List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")) {
            builder.selectable("regarding." + field);
        }
        return builder.selectable("reportingController");
    }

    /** Where the stored form has a field that either face selects by. */
    public static String stored(String field) {
        for (List<String> names : RENAMED) {
            if (field.equals(names.get(1)) || field.startsWith(names.get(1) + ".")) {
                return names.get(0) + field.substring(names.get(1).length());
            }
        }
        return field;
    }

    private static Function<ObjectNode, JsonNode> of(String pointer) {
        return event -> TextNode.valueOf(text(event, pointer));
    }

    private static String text(ObjectNode event, String pointer) {
        return core(event).at(pointer).asText("");
    }

    /** As the core group shows it. */
    private static ObjectNode core(ObjectNode event) {
        return event.path("apiVersion").asText().equals("v1") ? event : renamed(event, "v1", 1, 0);
    }

    private static JsonNode firstSeen(ObjectNode event) {
        JsonNode first = core(event).path("firstTimestamp");
        return since(first.isTextual() ? first : event.path("eventTime"));
    }

    private static JsonNode lastSeen(ObjectNode event) {
        if (event.path("series").isObject()) {
            return since(event.at("/series/lastObservedTime"));
        }
        JsonNode last = core(event).path("lastTimestamp");
        return last.isTextual() ? since(last) : firstSeen(event);
    }

    private static JsonNode since(JsonNode time) {
        return time.isTextual() ? Ages.since(time) : TextNode.valueOf("<unknown>");
    }

    private static JsonNode count(ObjectNode event) {
        int count = core(event).path("count").asInt();
        return IntNode.valueOf(
                event.path("series").isObject() ? event.at("/series/count").asInt() : Math.max(count, 1));
    }

    private static JsonNode source(ObjectNode event) {
        String component = text(event, "/source/component");
        String host = text(event, "/source/host");
        String who = component.isEmpty() ? text(event, "/reportingComponent") : component;
        String where = host.isEmpty() ? text(event, "/reportingInstance") : host;
        return TextNode.valueOf(where.isEmpty() ? who : who + ", " + where);
    }

    private static JsonNode about(ObjectNode event) {
        String kind = text(event, "/involvedObject/kind").toLowerCase(Locale.ROOT);
        String name = text(event, "/involvedObject/name");
        return TextNode.valueOf(name.isEmpty() ? kind : kind + "/" + name);
    }

    @Override
    public void validate(ObjectNode event, ObjectNode before, List<Cause> causes) {
        ObjectNode now = core(event);
        validateAny(now, causes);
        if (!newFace) {
            return;
        }
        if (before == null) {
            validateSeries(now, causes);
            validateNew(now, causes);
        } else {
            ObjectNode old = core(before);
            if (!old.path("series").equals(now.path("series"))) {
                validateSeries(now, causes);
            }
            for (String field : UNCHANGING) {
                if (!old.path(field).equals(now.path(field))) {
                    causes.add(Cause.invalid(field, now.path(field).toString(), "field is immutable"));
                }
            }
        }
    }

    /** What holds in both groups. */
    private void validateAny(ObjectNode event, List<Cause> causes) {
        String of = event.at("/involvedObject/namespace").asText();
        String own = event.at("/metadata/namespace").asText();
        boolean timed = event.path("eventTime").isTextual();
        boolean fits =
                of.isEmpty() ? own.equals("default") || timed && own.equals("kube-system") : timed || of.equals(own);
        if (!fits) {
            causes.add(Cause.invalid("involvedObject.namespace", '"' + of + '"', "does not match event.namespace"));
        }
        if (!timed) {
            return;
        }
        String controller = newFace ? "reportingController" : "reportingComponent";
        String reporting = event.path("reportingComponent").asText();
        required(reporting, controller, causes);
        Names.checkQualified(reporting, controller, causes);
        for (String field : List.of("reportingInstance", "action", "reason")) {
            String value = event.path(field).asText();
            required(value, field, causes);
            limited(value, field, LONGEST_FIELD, causes);
        }
        limited(event.path("message").asText(), "message", LONGEST_NOTE, causes);
    }

    private static void required(String value, String field, List<Cause> causes) {
        if (value.isEmpty()) {
            causes.add(Cause.required(field, ""));
        }
    }

    private static void limited(String value, String field, int longest, List<Cause> causes) {
        if (value.length() > longest) {
            causes.add(Cause.invalid(field, "\"\"", "can have at most " + longest + " characters"));
        }
    }

    private static void validateSeries(ObjectNode event, List<Cause> causes) {
        JsonNode series = event.path("series");
        if (!series.isObject()) {
            return;
        }
        if (series.path("count").asInt() < 2) {
            causes.add(Cause.invalid("series.count", "\"\"", "should be at least 2"));
        }
        required(series.path("lastObservedTime").asText(""), "series.lastObservedTime", causes);
    }

    /** What only the newer group wants of a new one. */
    private static void validateNew(ObjectNode event, List<Cause> causes) {
        required(event.path("eventTime").asText(""), "eventTime", causes);
        String type = event.path("type").asText();
        if (!type.equals("Normal") && !type.equals("Warning")) {
            causes.add(Cause.invalid("type", "\"\"", "has invalid value: " + type));
        }
        for (String field : List.of("firstTimestamp", "lastTimestamp", "count", "source")) {
            JsonNode value = event.path(field);
            if (value.isTextual() || value.asInt() != 0 || !value.isEmpty()) {
                causes.add(Cause.invalid(field, "\"\"", "needs to be unset"));
            }
        }
    }

    @Override
    public boolean converts() {
        return newFace;
    }

    @Override
    public ObjectNode toStored(ObjectNode event) {
        return newFace ? renamed(event, "v1", 1, 0) : event;
    }

    @Override
    public ObjectNode toServed(ObjectNode event) {
        return newFace ? renamed(event, "events.k8s.io/v1", 0, 1) : event;
    }

    private static ObjectNode renamed(ObjectNode event, String apiVersion, int from, int to) {
        ObjectNode result = Json.object();
        result.setAll(event);
        result.put("apiVersion", apiVersion);
        for (List<String> names : RENAMED) {
            JsonNode value = result.remove(names.get(from));
            if (value != null) {
                result.set(names.get(to), value);
            }
        }
        return result;
    }
}

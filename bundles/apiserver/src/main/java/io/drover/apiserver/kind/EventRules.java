package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

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

    private final boolean newFace;

    private EventRules(boolean newFace) {
        this.newFace = newFace;
    }

    static BuiltIns.Builder columns(BuiltIns.Builder builder) {
        return builder.selectable("reason", "type")
                .column("Last Seen", EventRules::lastSeen)
                .column("Type", BuiltIns.path(".type"))
                .column("Reason", BuiltIns.path(".reason"))
                .column("Object", EventRules::about)
                .wide("Source", o -> either(o, "/source/component", "/deprecatedSource/component"))
                .column("Message", EventRules::message);
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

    private static JsonNode lastSeen(ObjectNode event) {
        for (String at :
                List.of("/series/lastObservedTime", "/lastTimestamp", "/deprecatedLastTimestamp", "/eventTime")) {
            if (event.at(at).isTextual()) {
                return Ages.since(event.at(at));
            }
        }
        return Ages.sinceCreation(event);
    }

    private static JsonNode about(ObjectNode event) {
        JsonNode object = event.has("regarding") ? event.path("regarding") : event.path("involvedObject");
        String kind = object.path("kind").asText().toLowerCase(java.util.Locale.ROOT);
        return TextNode.valueOf(kind + "/" + object.path("name").asText());
    }

    private static JsonNode message(ObjectNode event) {
        return TextNode.valueOf(either(event, "/message", "/note").asText().trim());
    }

    private static JsonNode either(ObjectNode event, String first, String second) {
        return event.at(first).isMissingNode() ? event.at(second) : event.at(first);
    }

    @Override
    public void validate(ObjectNode event, ObjectNode before, List<Cause> causes) {
        JsonNode about = event.has("regarding") ? event.path("regarding") : event.path("involvedObject");
        String of = about.path("namespace").asText();
        String own = event.at("/metadata/namespace").asText();
        if (!of.equals(own) && !(of.isEmpty() && own.equals("default"))) {
            causes.add(Cause.invalid("involvedObject.namespace", '"' + of + '"', "does not match event.namespace"));
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

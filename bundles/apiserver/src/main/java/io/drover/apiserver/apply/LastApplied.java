package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * The annotation in which {@code kubectl} keeps what it applied by itself. When it goes over to server-side apply, what the annotation
 * holds is no conflict, and the annotation follows.
 */
final class LastApplied {

    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String MANAGER = "kubectl";

    private LastApplied() {}

    private static boolean concerns(ObjectNode object, ManagedFields.Manager manager) {
        return manager.name().equals(MANAGER)
                && manager.subresource().isEmpty()
                && object.at("/metadata/annotations").has(ANNOTATION);
    }

    /** Fields that this manager may change though others have them. */
    static FieldSet allowed(ObjectNode live, ManagedFields.Manager manager, Schema schema) {
        if (!concerns(live, manager)) {
            return new FieldSet();
        }
        String text = live.at("/metadata/annotations").path(ANNOTATION).asText();
        JsonNode last;
        try {
            last = Json.parse(text.getBytes(StandardCharsets.UTF_8), false);
        } catch (Refusal e) {
            return new FieldSet();
        }
        if (!(last instanceof ObjectNode applied)) {
            return new FieldSet();
        }
        ObjectNode own = ManagedFields.own(applied);
        Fields.Difference difference = Fields.between(own, ManagedFields.own(live), schema, false);
        return Fields.of(own, schema).minus(difference.modified()).minus(difference.removed());
    }

    /** Notes in the object that came of it what is applied now, if it was noted before. */
    static void note(ObjectNode object, ObjectNode configuration, ManagedFields.Manager manager) {
        if (!concerns(object, manager)) {
            return;
        }
        ObjectNode applied = configuration.deepCopy();
        ObjectNode metadata = Json.child(applied, "metadata");
        metadata.remove("managedFields");
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATION);
        }
        String text = new String(Json.bytes(sorted(applied)), StandardCharsets.UTF_8) + "\n";
        ((ObjectNode) object.at("/metadata/annotations")).put(ANNOTATION, text);
    }

    private static JsonNode sorted(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            value.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            return Json.object().setAll(fields);
        }
        if (value.isArray()) {
            var items = Json.array();
            value.forEach(item -> items.add(sorted(item)));
            return items;
        }
        return value;
    }
}

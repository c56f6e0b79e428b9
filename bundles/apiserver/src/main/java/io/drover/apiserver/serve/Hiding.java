package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.schema.Schema;
import java.util.List;
import java.util.Optional;

/** Takes secret values out of a JSON patch and leaves standing where they were: data of Secrets, and fields that are passwords. */
final class Hiding {

    private static final TextNode HIDDEN = TextNode.valueOf("(hidden)");
    private static final List<String> LAST_APPLIED =
            List.of("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration");

    private final boolean secret;
    private final Schema schema;

    private Hiding(ResourceType type) {
        this.secret = type.equals(BuiltIns.SECRETS);
        this.schema = type.schema();
    }

    static void in(ArrayNode patch, ResourceType type) {
        Hiding hiding = new Hiding(type);
        for (JsonNode operation : patch) {
            JsonNode value = operation.get("value");
            if (value != null) {
                List<String> path = path(operation.path("path").asText());
                ((ObjectNode) operation).set("value", hiding.hidden(path, hiding.schemaAt(path), value));
            }
        }
    }

    private static List<String> path(String pointer) {
        return pointer.isEmpty()
                ? List.of()
                : List.of(pointer.substring(1).split("/", -1)).stream()
                        .map(name -> name.replace("~1", "/").replace("~0", "~"))
                        .toList();
    }

    /** Null where no schema reaches. */
    private Schema schemaAt(List<String> path) {
        Schema at = schema;
        for (String name : path) {
            at = at == null ? null : below(at, name);
        }
        return at;
    }

    private static Schema below(Schema schema, String name) {
        Optional<Schema> items = schema.type().equals("array") ? schema.items() : schema.property(name);
        return items.orElse(null);
    }

    private JsonNode hidden(List<String> path, Schema at, JsonNode value) {
        if (isSecret(path, at)) {
            return value.isNull() ? value : HIDDEN;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode shown = object.objectNode();
            object.properties()
                    .forEach(m -> shown.set(
                            m.getKey(),
                            hidden(with(path, m.getKey()), at == null ? null : below(at, m.getKey()), m.getValue())));
            return shown;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode shown = array.arrayNode();
            for (int i = 0; i < array.size(); i++) {
                String index = Integer.toString(i);
                shown.add(hidden(with(path, index), at == null ? null : below(at, index), array.get(i)));
            }
            return shown;
        }
        return value;
    }

    private boolean isSecret(List<String> path, Schema at) {
        if (at != null && at.source().path("format").asText().equals("password")) {
            return true;
        }
        // What was applied is in the annotation whole.
        boolean data =
                path.size() > 1 && (path.get(0).equals("data") || path.get(0).equals("stringData"));
        return secret && (data || path.equals(LAST_APPLIED));
    }

    private static List<String> with(List<String> path, String name) {
        return java.util.stream.Stream.concat(path.stream(), java.util.stream.Stream.of(name))
                .toList();
    }
}

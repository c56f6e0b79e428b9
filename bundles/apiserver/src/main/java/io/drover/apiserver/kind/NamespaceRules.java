package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;

/** A namespace is finished by the finalizer in its spec, and carries its name as a label. */
final class NamespaceRules implements ResourceType.Rules {

    @Override
    public void normalise(ObjectNode namespace) {
        ObjectNode metadata = Json.child(namespace, "metadata");
        Json.child(metadata, "labels")
                .put("kubernetes.io/metadata.name", metadata.path("name").asText());
    }

    @Override
    public void prepare(ObjectNode namespace, ObjectNode before) {
        if (before == null) {
            ArrayNode finalizers = Json.child(namespace, "spec").withArray("finalizers");
            boolean present = false;
            for (JsonNode finalizer : finalizers) {
                present |= finalizer.asText().equals("kubernetes");
            }
            if (!present) {
                finalizers.add("kubernetes");
            }
            Json.child(namespace, "status").put("phase", "Active");
        } else {
            namespace.set("spec", before.path("spec").deepCopy());
        }
    }
}

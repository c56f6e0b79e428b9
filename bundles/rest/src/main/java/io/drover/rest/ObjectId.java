package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Name of a stored object, as {@code /v3} and Kubernetes say it.
 *
 * @param namespace empty for cluster scope
 */
record ObjectId(String namespace, String name) {

    /** @return empty if no object of that type can have this id */
    static Optional<ObjectId> parse(ServedType type, String id) {
        if (!type.isScoped()) {
            return Optional.of(new ObjectId("", id));
        }
        String[] parts = id.split(":", 2);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(new ObjectId(parts[0], parts[1]))
                : Optional.empty();
    }

    static ObjectId of(JsonNode stored) {
        JsonNode metadata = stored.path("metadata");
        return new ObjectId(
                metadata.path("namespace").asText(), metadata.path("name").asText());
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + ":" + name;
    }
}

package io.drover.apiserver.migrate;

import com.fasterxml.jackson.databind.JsonNode;

/** Names an object within its kind. @param namespace empty for cluster scope */
record ObjectKey(String namespace, String name) {

    static ObjectKey of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectKey(
                metadata.path("namespace").asText(""), metadata.path("name").asText());
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}

package io.drover.controllers.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.KindJson;
import io.drover.api.model.Cluster;
import java.util.Collection;

/** The annotation in which {@code kubectl apply} keeps the whole of what it was given. */
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /**
     * What was applied, with these fields of the cluster's settings kept apart.
     *
     * @param applied the annotation's value; what is no JSON is dropped, since nobody knows what is in it
     */
    static String without(Collection<String> secrets, String applied) {
        if (secrets.isEmpty()) {
            return applied;
        }
        try {
            JsonNode whole = KindJson.mapper().readTree(applied);
            if (whole.at("/spec/genericEngineConfig") instanceof ObjectNode config) {
                secrets.stream()
                        .filter(field -> !config.path(field).asText().isEmpty())
                        .forEach(field -> config.put(field, Cluster.SECRET_KEPT_APART));
            }
            return whole + "\n"; // as kubectl writes it
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}

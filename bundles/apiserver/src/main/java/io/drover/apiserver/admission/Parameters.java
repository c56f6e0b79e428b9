package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.access.Labels;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The objects that a policy's binding gives it as parameters. */
final class Parameters {

    private final Store store;
    private final Kinds kinds;

    /** A binding refers to what is not there. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message, null, false, false);
        }
    }

    Parameters(Store store, Kinds kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    /**
     * With what a policy is to be evaluated: once without parameters if it takes none, else once with each.
     *
     * @throws Missing if there are none and there must be
     */
    List<Optional<ObjectNode>> of(Policy policy, JsonNode reference, Change change) {
        if (policy.parameterKind().isEmpty()) {
            return List.of(Optional.empty());
        }
        Policy.ParameterKind kind = policy.parameterKind().get();
        ResourceType type = kinds.in(kind.apiVersion()).stream()
                .filter(t -> t.kind().equals(kind.kind()))
                .findFirst()
                .orElseThrow(() -> new Missing("failed to find resource referenced by paramKind: '" + kind.apiVersion()
                        + ", Kind=" + kind.kind() + "'"));
        String own = reference.path("namespace").asText("");
        String namespace = type.namespaced() ? (own.isEmpty() ? change.namespace() : own) : "";
        List<Optional<ObjectNode>> found = new ArrayList<>();
        String name = reference.path("name").asText("");
        if (!name.isEmpty()) {
            store.now().get(type.key(namespace, name)).ifPresent(stored -> found.add(object(type, stored)));
        } else {
            Labels selector = Labels.of(reference.path("selector"));
            for (Iterator<Stored> all = store.now().below(type.prefix(namespace)); all.hasNext(); ) {
                Stored stored = all.next();
                if (selector.matches(stored.labels())) {
                    found.add(object(type, stored));
                }
            }
        }
        if (found.isEmpty()
                && !reference.path("parameterNotFoundAction").asText("").equals("Allow")) {
            throw new Missing("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private static Optional<ObjectNode> object(ResourceType type, Stored stored) {
        return Optional.of(Json.read(stored.json()).put("apiVersion", type.apiVersion()));
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.apply.ManagedFields;
import io.drover.apiserver.apply.ManagedFields.Manager;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import java.util.Set;

/** Keeps, for each request that changes an object, who manages which field of it. */
final class FieldManagers {

    private FieldManagers() {}

    /** Notes in {@code after} that the request's manager changed what differs from {@code before}, null for a creation. */
    static void updated(ObjectNode after, ObjectNode before, Route route, Request request) {
        ResourceType type = route.type();
        ManagedFields.updated(
                after, before, manager(route, request, false), type.schema(), !type.custom(), Metadata.now());
    }

    /** What comes of applying a configuration to the live object, null if it is not there. */
    static ObjectNode applied(ObjectNode live, ObjectNode configuration, Route route, Request request) {
        if (request.parameter("fieldManager").isEmpty()) {
            throw Refusal.invalidOptions("PatchOptions", Cause.required("fieldManager", "is required for apply patch"));
        }
        if (!configuration.at("/metadata/managedFields").isEmpty()) {
            throw Refusal.badRequest("metadata.managedFields must be nil");
        }
        ResourceType type = route.type();
        ObjectNode own = configuration.deepCopy();
        if (route.subresource().isEmpty() && type.statusSubresource()) {
            own.remove("status");
        } else if (route.subresource().equals("status")) {
            own.retain(Set.of("apiVersion", "kind", "metadata", "status"));
        }
        return ManagedFields.applied(
                live,
                own,
                manager(route, request, true),
                request.flag("force"),
                type.schema(),
                !type.custom(),
                Metadata.now());
    }

    private static Manager manager(Route route, Request request, boolean applies) {
        return new Manager(request.fieldManager(), applies, route.type().apiVersion(), route.subresource());
    }
}

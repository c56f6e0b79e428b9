package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Request;

/** Who manages which field of an object. */
final class FieldManagers {

    private FieldManagers() {}

    /** Notes in {@code after} that the request's manager changed what differs from {@code before}, null for a creation. */
    static void changed(ObjectNode after, ObjectNode before, Route route, Request request) {}
}

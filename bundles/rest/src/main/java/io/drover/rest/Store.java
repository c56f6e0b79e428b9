package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where the objects of a type are kept, in their stored form: {@code metadata} and the kind's own fields beside it. Only read unless it says more. */
interface Store {

    List<ObjectNode> list();

    Optional<ObjectNode> get(ObjectId id);

    default ObjectNode create(ObjectNode object) {
        throw Refusal.methodNotSupported("POST");
    }

    /** Repeats {@code change} on a fresh copy when somebody else wrote meanwhile. */
    default ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change) {
        throw Refusal.methodNotSupported("PUT");
    }

    default void delete(ObjectId id) {
        throw Refusal.methodNotSupported("DELETE");
    }

    /** Empty where nobody tells of changes. */
    default Optional<Changes> changes() {
        return Optional.empty();
    }
}

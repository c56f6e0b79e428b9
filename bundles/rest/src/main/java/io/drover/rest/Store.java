package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where the objects of a type are kept, in their stored form: {@code metadata} and the kind's own fields beside it. */
interface Store {

    List<ObjectNode> list();

    Optional<ObjectNode> get(ObjectId id);

    ObjectNode create(ObjectNode object);

    /** Repeats {@code change} on a fresh copy when somebody else wrote meanwhile. */
    ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change);

    void delete(ObjectId id);

    /** Empty where nobody tells of changes. */
    default Optional<Changes> changes() {
        return Optional.empty();
    }
}

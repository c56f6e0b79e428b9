package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/**
 * Something that can be done to a resource or a collection besides reading and writing it.
 *
 * @param input type of the body; empty if none is expected
 * @param partialInput whether nothing of the input is required, as in a change, nor defaults taken for what is missing
 * @param output id of the type that is answered; empty if nothing is
 */
record Action(Optional<RestType> input, boolean partialInput, Optional<String> output, Condition available, Run run) {

    static Action of(RestType input, String output, Condition available, Run run) {
        return new Action(Optional.of(input), false, given(output), available, run);
    }

    static Action of(String output, Condition available, Run run) {
        return new Action(Optional.empty(), false, given(output), available, run);
    }

    /** One that takes what differs from the object. */
    static Action ofChange(RestType input, String output, Condition available, Run run) {
        return new Action(Optional.of(input), true, given(output), available, run);
    }

    private static Optional<String> given(String output) {
        return Optional.of(output).filter(id -> !id.isEmpty());
    }

    /** @return of the body what the action takes */
    ObjectNode read(ObjectNode body) {
        return input.map(type -> partialInput ? FieldRules.forUpdate(type, body) : FieldRules.forCreate(type, body))
                .orElse(body);
    }

    /** Whether the caller may do it now. */
    interface Condition {
        /** @param stored the object; an empty one for an action on a collection */
        boolean holds(Call call, ObjectNode stored);
    }

    interface Run {
        /** @param stored as for {@link Condition#holds} */
        Response run(Call call, ObjectNode stored, ObjectNode input);
    }
}

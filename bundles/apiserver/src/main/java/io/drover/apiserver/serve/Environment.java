package io.drover.apiserver.serve;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.plane.Admission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a server meets outside of itself, as it is at the moment of asking.
 *
 * @param authorizer gives null while there is none
 * @param admissions in the order in which they are asked
 * @param eventsKept how long events are kept after they were last written
 * @param webhooksAtLoopback whether webhooks may be on this machine
 */
public record Environment(
        Supplier<Authorizer> authorizer,
        Supplier<Optional<Callers>> callers,
        Supplier<List<Admission>> admissions,
        Duration eventsKept,
        boolean webhooksAtLoopback) {

    /** Nobody's tokens are known, and nothing else has a say. */
    public static Environment with(Supplier<Authorizer> authorizer) {
        return new Environment(authorizer, Optional::empty, List::of, Duration.ofHours(1), false);
    }

    public Environment withAdmissions(Supplier<List<Admission>> present) {
        return new Environment(authorizer, callers, present, eventsKept, webhooksAtLoopback);
    }

    public Environment withWebhooksAtLoopback() {
        return new Environment(authorizer, callers, admissions, eventsKept, true);
    }
}

package io.drover.controllers.engine;

import java.time.Duration;

/** When an object is looked at again, unless it changes before. */
public sealed interface Next {

    /** Only when it changes. */
    record Rest() implements Next {}

    record After(Duration delay) implements Next {}

    /** After the back-off of its failures so far. */
    record BackOff() implements Next {}

    static Next after(Duration delay) {
        return delay.isZero() ? new Rest() : new After(delay);
    }
}

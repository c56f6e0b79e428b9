package io.drover.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that goes on only when it is told to. */
public final class HandClock extends Clock {

    private final AtomicReference<Instant> now;

    public HandClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public HandClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    public void goOn(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("This clock is in UTC");
    }
}

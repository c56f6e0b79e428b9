package io.drover.wire;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: a random time up to a limit that doubles from 1 second to 60 with every
 * failure, so that a thousand clients of a restarted server do not come back all at once. Not thread-safe.
 */
public final class Backoff {

    private static final long FIRST = 1_000;
    private static final long LAST = 60_000;

    private final RandomGenerator random;
    private long limit = FIRST;

    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    public Duration next() {
        long wait = random.nextLong(limit);
        limit = Math.min(2 * limit, LAST);
        return Duration.ofMillis(wait);
    }

    /** After a success that lasted. */
    public void reset() {
        limit = FIRST;
    }
}

package io.drover.controllers.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a failing object rests: 1 second, doubling up to 5 minutes, up to a fifth less so that objects don't come in step. */
public final class DelayPolicy {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final RandomGenerator random;

    public DelayPolicy(RandomGenerator random) {
        this.random = random;
    }

    /** @param failures in a row, at least one */
    Duration afterFailures(int failures) {
        long full = FIRST.toMillis() << Math.min(failures - 1, 20);
        double jitter = 1 - 0.2 * random.nextDouble();
        return Duration.ofMillis((long) (Math.min(full, LONGEST.toMillis()) * jitter));
    }
}

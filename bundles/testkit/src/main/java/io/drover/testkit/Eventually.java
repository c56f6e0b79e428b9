package io.drover.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another thread is about to do. */
public final class Eventually {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private Eventually() {}

    /** @throws AssertionError if {@code holds} does not hold within 20 seconds */
    public static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + BOUND.toSeconds() + " seconds: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

package io.drover.testbed;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, never for longer than told. */
final class Wait {

    private static final long PAUSE_MILLIS = 100;

    private Wait() {}

    /** @param what what is waited for, as it follows the words "waited for" */
    static void until(Duration limit, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new TestbedException("Waited " + limit.toSeconds() + " s in vain for " + what);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestbedException("Interrupted while waiting for " + what, e);
            }
        }
    }
}

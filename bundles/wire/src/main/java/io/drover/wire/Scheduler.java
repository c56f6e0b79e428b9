package io.drover.wire;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Time, given from outside so that tests can turn it by hand. */
public interface Scheduler {

    /** As {@link System#nanoTime}. */
    long nanoTime();

    /** Runs the task once, after the delay, on a thread of the scheduler's; the task does not block. */
    void after(Duration delay, Runnable task);

    /** Real time. */
    static Scheduler of(ScheduledExecutorService executor) {
        return new Scheduler() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // tasks end by themselves
            public void after(Duration delay, Runnable task) {
                if (!executor.isShutdown()) {
                    executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        };
    }
}

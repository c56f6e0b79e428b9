package io.drover.apiserver.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** A thread for the writer's turns. */
final class WriterThread implements Turns {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private volatile Thread thread;
    private volatile boolean woken;
    private volatile boolean closed;

    @Override
    public void begin(LongSupplier turn) {
        Thread begun = new Thread(() -> run(turn), "drover-store-writer");
        begun.setDaemon(true);
        thread = begun;
        begun.start();
    }

    private void run(LongSupplier turn) {
        while (!closed) {
            // Forgotten before looking: whoever wakes later is seen in the next turn.
            woken = false;
            long millis = turn.getAsLong();
            if (!woken && !closed && millis > 0) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
            }
        }
    }

    @Override
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            if (thread != null) {
                thread.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

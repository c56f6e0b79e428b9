package io.drover.apiserver.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what it is given one after the other, on threads of another executor. */
final class Serial implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Serial.class);

    private final Executor threads;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    Serial(Executor threads) {
        this.threads = threads;
    }

    @Override
    public synchronized void execute(Runnable work) {
        waiting.add(work);
        if (!running) {
            running = true;
            threads.execute(this::run);
        }
    }

    private void run() {
        while (true) {
            Runnable work;
            synchronized (this) {
                work = waiting.poll();
                if (work == null) {
                    running = false;
                    return;
                }
            }
            try {
                work.run();
            } catch (RuntimeException e) {
                log.error("A listener of objects failed", e);
            }
        }
    }
}

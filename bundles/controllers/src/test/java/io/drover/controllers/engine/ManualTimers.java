package io.drover.controllers.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that tests turn by hand. */
final class ManualTimers implements Timers {

    private record Due(long at, long order, Runnable run) {}

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long order;

    @Override
    public Timer after(Duration delay, Runnable run) {
        Due entry = new Due(now + delay.toMillis(), order++, run);
        due.add(entry);
        return () -> due.remove(entry);
    }

    void advance(Duration by) {
        long until = now + by.toMillis();
        while (!due.isEmpty() && due.peek().at() <= until) {
            Due next = due.poll();
            now = next.at();
            next.run().run();
        }
        now = until;
    }

    int pending() {
        return due.size();
    }

    long nowMillis() {
        return now;
    }
}

package io.drover.controllers.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The engine's threads: one for time, and a bounded number that take the {@link WorkQueue}'s turns. */
final class Workers implements Timers, AutoCloseable {

    /** What a turn of a lane does. Interrupted when its time is up or its lane is released. */
    interface Task {
        Next run(ObjectKey key) throws InterruptedException;
    }

    private static final Duration LONGEST_TURN = Duration.ofSeconds(60);
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor clock;
    private final ThreadPoolExecutor pool;
    private final Map<WorkQueue.Turn, Thread> running = new HashMap<>();
    private final Map<WorkQueue.Lane, Task> tasks = new HashMap<>();
    private WorkQueue queue;

    Workers(int threads) {
        clock = new ScheduledThreadPoolExecutor(1, run -> daemon(run, "drover-timers"));
        clock.setRemoveOnCancelPolicy(true);
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                run -> daemon(run, "drover-reconcile-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable run, String name) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        return thread;
    }

    synchronized void serve(WorkQueue served) {
        queue = served;
    }

    /** To be called when the queue has something to take. */
    void wake() {
        try {
            pool.execute(this::takeTurn);
        } catch (RejectedExecutionException closed) {
            // Whoever adds to the queue while the engine stops: there is nobody left to look.
        }
    }

    /** Runs something short once, beside the turns. */
    void run(Runnable once) {
        try {
            pool.execute(once);
        } catch (RejectedExecutionException closed) {
            // the engine stops
        }
    }

    synchronized void assign(WorkQueue.Lane lane, Task task) {
        tasks.put(lane, task);
    }

    /** Interrupts the lane's running turns and waits, at most 5 seconds, for them to end; {@code false} if one did not. */
    synchronized boolean release(WorkQueue.Lane lane) {
        tasks.remove(lane);
        long end = System.nanoTime() + LEAVE.toNanos();
        while (running.keySet().stream().anyMatch(turn -> turn.lane() == lane)) {
            running.forEach((turn, thread) -> {
                if (turn.lane() == lane && thread != Thread.currentThread()) {
                    thread.interrupt();
                }
            });
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(Math.min(left, 200));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Interrupts the running turns of such objects; returns at once. */
    synchronized void breakOff(Predicate<ObjectKey> objects) {
        running.forEach((turn, thread) -> {
            if (objects.test(turn.key())) {
                thread.interrupt();
            }
        });
    }

    /** Whether no turn of such an object is running. */
    synchronized boolean isIdle(Predicate<ObjectKey> objects) {
        return running.keySet().stream().noneMatch(turn -> objects.test(turn.key()));
    }

    private void takeTurn() {
        Optional<WorkQueue.Turn> taken = queue.take();
        if (taken.isEmpty()) {
            return;
        }
        WorkQueue.Turn turn = taken.get();
        Next next = new Next.Rest();
        try {
            next = run(turn);
        } finally {
            queue.finish(turn, next);
        }
    }

    private Next run(WorkQueue.Turn turn) {
        Task task;
        synchronized (this) {
            task = tasks.get(turn.lane());
            if (task == null) {
                return new Next.Rest();
            }
            running.put(turn, Thread.currentThread());
        }
        Timer watchdog = after(LONGEST_TURN, () -> interrupt(turn));
        try {
            return task.run(turn.key());
        } catch (InterruptedException e) {
            // The time was up, or the lane was released; in the latter case nobody asks for what comes next.
            return new Next.BackOff();
        } finally {
            watchdog.cancel();
            leave(turn);
        }
    }

    private synchronized void interrupt(WorkQueue.Turn turn) {
        Thread thread = running.get(turn);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized void leave(WorkQueue.Turn turn) {
        running.remove(turn);
        Thread.interrupted(); // an interrupt that came too late must not hit the next turn
        notifyAll();
    }

    @Override
    public Timer after(Duration delay, Runnable run) {
        try {
            var future = clock.schedule(run, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        pool.shutdownNow();
    }
}

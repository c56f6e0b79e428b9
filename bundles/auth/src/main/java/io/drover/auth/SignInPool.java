package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The few threads on which one provider proves identities. Sources take turns, so whoever comes waits for one attempt of each other source
 * at most, however many they send; a source has few attempts in here at a time, and of all that wait there are not more than some
 * hundred.
 */
final class SignInPool implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 256;
    private static final int PLACES_OF_A_SOURCE = 4;
    private static final long LONGEST_SECONDS = 35;

    private final ExecutorService threads;

    /** In the order of their turns. */
    private final Map<String, Deque<FutureTask<?>>> waiting = new LinkedHashMap<>();

    private final Map<String, Integer> places = new HashMap<>();
    private int waitingInAll;
    private int running;

    SignInPool(String provider) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Threads.named("auth-sign-in-" + provider));
        executor.allowCoreThreadTimeOut(true);
        threads = executor;
    }

    /** Runs {@code attempt} in its turn; empty when its source has too many in here, or sent most while all places were taken. */
    <T> Optional<T> run(String source, Callable<T> attempt) {
        FutureTask<T> task = new FutureTask<>(attempt);
        if (!enter(source, task)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(get(task));
        } catch (CancellationException e) {
            return Optional.empty();
        } finally {
            leave(source);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    synchronized int waiting() {
        return waitingInAll;
    }

    private synchronized boolean enter(String source, FutureTask<?> task) {
        int taken = places.getOrDefault(source, 0);
        if (taken >= PLACES_OF_A_SOURCE) {
            return false;
        }
        if (waitingInAll >= MOST_WAITING) {
            makeRoom();
        }
        places.put(source, taken + 1);
        waiting.computeIfAbsent(source, s -> new ArrayDeque<>()).add(task);
        waitingInAll++;
        if (running < THREADS) {
            running++;
            threads.execute(this::work);
        }
        return true;
    }

    /** Turns away the youngest attempt of the source that has most of them waiting. */
    private void makeRoom() {
        Map.Entry<String, Deque<FutureTask<?>>> most = waiting.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .filter(entry -> entry.getValue().size() > 1)
                .orElseThrow(
                        () -> DroverException.unavailable("Too many people are signing in; try again in a moment"));
        most.getValue().removeLast().cancel(false);
        waitingInAll--;
    }

    private synchronized void leave(String source) {
        places.computeIfPresent(source, (s, count) -> count == 1 ? null : count - 1);
    }

    private void work() {
        for (Optional<FutureTask<?>> task = next(); task.isPresent(); task = next()) {
            task.get().run();
        }
    }

    private synchronized Optional<FutureTask<?>> next() {
        if (waiting.isEmpty()) {
            running--;
            return Optional.empty();
        }
        String source = waiting.keySet().iterator().next();
        Deque<FutureTask<?>> ofSource = waiting.remove(source);
        FutureTask<?> task = ofSource.remove();
        if (!ofSource.isEmpty()) {
            waiting.put(source, ofSource);
        }
        waitingInAll--;
        return Optional.of(task);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new DroverException(Fault.UNAVAILABLE, "Interrupted while signing in", e);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new DroverException(Fault.UNAVAILABLE, "The identity provider did not answer in time", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DroverException known) {
                throw known;
            }
            throw new DroverException(Fault.INTERNAL, "The identity provider failed", e.getCause());
        }
    }
}

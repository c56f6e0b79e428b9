package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The few threads on which one provider proves identities. One source has few places in the queue, so a source that sends a thousand
 * wrong passwords a second takes no other's turn.
 */
final class SignInPool implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int QUEUE = 64;
    private static final int PLACES_OF_A_SOURCE = 4;
    private static final long LONGEST_SECONDS = 35;

    private final ThreadPoolExecutor threads;
    private final Map<String, Integer> places = new ConcurrentHashMap<>();

    SignInPool(String provider) {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Threads.named("auth-sign-in-" + provider));
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs {@code attempt} in its turn; empty when its source has too many waiting already. */
    <T> Optional<T> run(String source, Callable<T> attempt) {
        if (!take(source)) {
            return Optional.empty();
        }
        Future<T> future;
        try {
            future = threads.submit(() -> {
                try {
                    return attempt.call();
                } finally {
                    giveBack(source);
                }
            });
        } catch (RejectedExecutionException e) {
            giveBack(source);
            throw DroverException.unavailable("Too many people are signing in; try again in a moment");
        }
        return Optional.ofNullable(get(future));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private boolean take(String source) {
        boolean[] taken = new boolean[1];
        places.compute(source, (s, count) -> {
            int now = count == null ? 0 : count;
            taken[0] = now < PLACES_OF_A_SOURCE;
            return taken[0] ? Integer.valueOf(now + 1) : count;
        });
        return taken[0];
    }

    private void giveBack(String source) {
        places.computeIfPresent(source, (s, count) -> count == 1 ? null : count - 1);
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

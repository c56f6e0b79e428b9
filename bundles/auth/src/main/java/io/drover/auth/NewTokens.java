package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens that another server has just made and that the watch has not told of yet. The API server is asked whether there is such a token,
 * and only then is the watch waited for. Whoever shows tokens that are nobody's is soon not asked for.
 */
final class NewTokens implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NewTokens.class);
    private static final long WATCH_TELLS_WITHIN_SECONDS = 10;
    private static final int MOST_WAITING = 64;

    private final Objects<Token> tokens;
    private final Accounts accounts;
    private final Attempts strangers;
    private final ThreadPoolExecutor asking;

    NewTokens(ManagementPlane plane, Accounts accounts, Clock clock) {
        this.tokens = plane.objects(Token.class);
        this.accounts = accounts;
        this.strangers = new Attempts(clock, 20, Duration.ofMinutes(1), Duration.ofMinutes(5));
        this.asking = new ThreadPoolExecutor(
                2, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Threads.named("auth-new-tokens"));
        asking.allowCoreThreadTimeOut(true);
    }

    /** When it is worth looking for this token again; empty if nobody shall be asked. */
    Optional<CompletionStage<Void>> soon(String name, String source) {
        if (!strangers.isOpen(source)) {
            return Optional.empty();
        }
        CompletableFuture<Void> known = accounts.await(name);
        try {
            asking.execute(() -> ask(name, source, known));
        } catch (RejectedExecutionException e) {
            accounts.stopAwaiting(name);
            return Optional.empty();
        }
        return Optional.of(known.copy()
                .completeOnTimeout(null, WATCH_TELLS_WITHIN_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> accounts.stopAwaiting(name)));
    }

    private void ask(String name, String source, CompletableFuture<Void> known) {
        try {
            if (tokens.get(name).isEmpty()) {
                strangers.failed(source);
                known.complete(null);
            } else if (accounts.token(name).isPresent()) {
                known.complete(null);
            }
        } catch (DroverException e) {
            log.debug("Nobody says whether there is such a token: reason={}", e.getMessage());
            known.complete(null);
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}

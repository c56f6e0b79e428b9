package io.drover.auth;

import io.drover.api.model.Token;
import io.drover.api.plane.Objects;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uses of tokens that are not written down yet: the newest of each token, written together a moment later. */
final class TokenUses {

    private static final Logger log = LoggerFactory.getLogger(TokenUses.class);
    private static final int MOST_WAITING = 10_000;
    private static final long WRITTEN_AFTER_SECONDS = 1;
    private static final int LONGEST_CLIENT = 200;

    private final Objects<Token> tokens;
    private final ScheduledExecutorService worker;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<String, Use> waiting = new ConcurrentHashMap<>();

    /**
     * A use of a token.
     *
     * @param client what it calls itself
     * @param secret what was presented
     */
    record Use(Instant at, String address, String client, String secret) {

        Use {
            client = client.length() > LONGEST_CLIENT ? client.substring(0, LONGEST_CLIENT) : client;
        }

        @Override
        public String toString() {
            return "Use[" + at + "]";
        }
    }

    TokenUses(Objects<Token> tokens, ScheduledExecutorService worker) {
        this.tokens = tokens;
        this.worker = worker;
    }

    /** Never blocks. Beyond what may wait it is forgotten: the token's next use is noted a minute later. */
    void note(String token, Use use) {
        if (waiting.size() < MOST_WAITING) {
            waiting.put(token, use);
        }
        if (scheduled.compareAndSet(false, true)) {
            worker.schedule((Runnable) this::writeAll, WRITTEN_AFTER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void writeAll() {
        scheduled.set(false);
        for (Iterator<Map.Entry<String, Use>> uses = waiting.entrySet().iterator(); uses.hasNext(); ) {
            Map.Entry<String, Use> use = uses.next();
            uses.remove();
            write(use.getKey(), use.getValue());
        }
    }

    private void write(String token, Use use) {
        try {
            tokens.edit(
                    token,
                    resource -> resource.with(value -> {
                        Token used = Tokens.used(value, use);
                        return SecretHash.isSlow(value.token())
                                ? Tokens.hashed(used, SecretHash.of(use.secret()))
                                : used;
                    }));
        } catch (RuntimeException e) {
            log.debug("Last use of a token not written: token={} reason={}", token, e.getMessage());
        }
    }
}

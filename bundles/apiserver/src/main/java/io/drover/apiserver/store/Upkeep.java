package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the writer does between groups of writes, in pieces so small that no write waits long for one: it forgets what need not be kept,
 * and seals with a new key what an old one sealed.
 */
final class Upkeep {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final int PIECE = 200;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration AIM_EVERY = Duration.ofMinutes(1);

    private final Log revisions;
    private final Retention retention;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final AtomicReference<CompletableFuture<Void>> rotation = new AtomicReference<>();
    private boolean rotated;
    private volatile long sealedUpTo;
    private long aim;
    private long aimAt;
    private long nextAt;
    private int holders;
    private long held = Long.MAX_VALUE;

    Upkeep(Log revisions, Retention retention, Clock clock, LongSupplier nanoTime) {
        this.revisions = revisions;
        this.retention = retention;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.aimAt = nanoTime.getAsLong();
        this.nextAt = aimAt;
        if (revisions.folder().sealer().hasOldKeys()) {
            // A rotation was cut off.
            rotated = true;
            rotation.set(new CompletableFuture<>());
        }
    }

    /** How long the writer may wait for writes before it looks here again. */
    long patienceMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nextAt - nanoTime.getAsLong()));
    }

    /** Does a piece if it is time for one. Called by the writer alone. */
    void step() throws SQLException {
        long now = nanoTime.getAsLong();
        if (now - nextAt < 0) {
            return;
        }
        nextAt = now + LOOK_EVERY.toNanos();
        boolean more = forget(now);
        more |= sealAnew();
        if (more) {
            nextAt = now + PAUSE.toNanos();
        }
    }

    private boolean forget(long now) throws SQLException {
        long floor = revisions.floor();
        if (floor >= aim && now - aimAt >= 0) {
            aimAt = now + AIM_EVERY.toNanos();
            aim = Math.max(
                    revisions.revisionAt(clock.millis() - retention.age().toMillis()),
                    revisions.revisionBefore(retention.count()));
        }
        long upTo = Math.min(aim, held());
        return floor < upTo && revisions.forget(upTo, PIECE) > floor;
    }

    private synchronized long held() {
        return held;
    }

    /** Nothing that {@code revision} needs is forgotten until as many have let go as have held. */
    synchronized void hold(long revision) {
        holders++;
        held = Math.min(held, revision);
    }

    synchronized void letGo() {
        holders--;
        if (holders == 0) {
            held = Long.MAX_VALUE;
        }
    }

    /** Asks for a new key. Completes once nothing is sealed with an old one; one that is under way is joined. */
    CompletableFuture<Void> rotateKey() {
        CompletableFuture<Void> fresh = new CompletableFuture<>();
        CompletableFuture<Void> running = rotation.compareAndExchange(null, fresh);
        return running == null ? fresh : running;
    }

    private boolean sealAnew() throws SQLException {
        CompletableFuture<Void> asked = rotation.get();
        if (asked == null) {
            return false;
        }
        Sealer sealer = revisions.folder().sealer();
        try {
            if (!rotated) {
                sealer.rotate();
                rotated = true;
                sealedUpTo = 0;
                log.info("Sealing with a new key from now on");
            }
            sealedUpTo = revisions.sealAnew(sealedUpTo, PIECE);
            if (sealedUpTo < Long.MAX_VALUE) {
                return true;
            }
            sealer.dropOldKeys();
            log.info("Nothing is sealed with an old key any more");
            end(null, asked);
        } catch (IOException e) {
            log.error("Sealing with a new key has stopped: reason={}", e.getMessage());
            end(e, asked);
        }
        return false;
    }

    private void end(IOException failure, CompletableFuture<Void> asked) {
        rotated = false;
        rotation.set(null);
        if (failure == null) {
            asked.complete(null);
        } else {
            asked.completeExceptionally(new DroverException(
                    Fault.UNAVAILABLE, "Sealing with a new key has stopped: " + failure.getMessage(), failure));
        }
    }

    /** The last revision that is known to be sealed with the key in use; {@code Long.MAX_VALUE} when no rotation is under way. */
    long sealedUpTo() {
        return rotation.get() == null ? Long.MAX_VALUE : sealedUpTo;
    }
}

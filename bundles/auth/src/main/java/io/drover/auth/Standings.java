package io.drover.auth;

import io.drover.api.auth.Callers.Standing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that live only as long as something holds. All are looked at again soon after something changed that could end one, and at
 * intervals, because tokens expire without a change.
 */
final class Standings {

    private static final Logger log = LoggerFactory.getLogger(Standings.class);
    private static final long AFTER_A_CHANGE_MILLIS = 50;
    private static final long INTERVAL_MILLIS = 500;

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    private final ScheduledExecutorService worker;

    Standings(ScheduledExecutorService worker) {
        this.worker = worker;
        worker.scheduleWithFixedDelay(
                () -> entries.forEach(Entry::lookAtTime), INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * @param stands looked at often; what may end without a change
     * @param may looked at after changes only
     */
    Standing add(BooleanSupplier stands, BooleanSupplier may, Runnable ended) {
        Entry entry = new Entry(stands, may, ended);
        entries.add(entry);
        // It may have ended between the request's first look and this one.
        if (!stands.getAsBoolean() || !may.getAsBoolean()) {
            worker.execute(entry::end);
        }
        return entry;
    }

    /** Something changed. Changes that come close together are looked at together. */
    void changed() {
        if (!entries.isEmpty() && lookScheduled.compareAndSet(false, true)) {
            worker.schedule(
                    () -> {
                        lookScheduled.set(false);
                        entries.forEach(Entry::look);
                    },
                    AFTER_A_CHANGE_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    int size() {
        return entries.size();
    }

    private final class Entry implements Standing {

        private final BooleanSupplier stands;
        private final BooleanSupplier may;
        private final Runnable ended;

        Entry(BooleanSupplier stands, BooleanSupplier may, Runnable ended) {
            this.stands = stands;
            this.may = may;
            this.ended = ended;
        }

        void lookAtTime() {
            endUnless(stands);
        }

        void look() {
            endUnless(() -> stands.getAsBoolean() && may.getAsBoolean());
        }

        private void endUnless(BooleanSupplier holds) {
            try {
                if (holds.getAsBoolean()) {
                    return;
                }
            } catch (RuntimeException e) {
                log.error("A request's right can't be checked, so it ends", e);
            }
            end();
        }

        void end() {
            if (!entries.remove(this)) {
                return;
            }
            try {
                ended.run();
            } catch (RuntimeException e) {
                log.error("Ending a request failed", e);
            }
        }

        @Override
        public void close() {
            entries.remove(this);
        }
    }
}

package io.drover.apiserver.access;

import io.drover.apiserver.store.Feed;
import io.drover.apiserver.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps things in order, on one thread: each keeper looks after changes of what it follows, and every few seconds. */
public final class Keepers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Keepers.class);
    private static final long INTERVAL_SECONDS = 5;

    private final Store store;
    private final Semaphore changes = new Semaphore(0);
    private final Map<Keeper, List<Feed>> keepers = new ConcurrentHashMap<>();
    private final Runnable wake = changes::release;
    private final Thread thread = new Thread(this::run, "drover-keepers");
    private volatile boolean closed;

    /** A part of the work. */
    public interface Keeper {
        /** {@code /group/resource/} of what it follows. */
        List<String> topics();

        /** Does what is to be done; whatever fails is tried again at the next look. */
        void look() throws InterruptedException;
    }

    public Keepers(Store store) {
        this.store = store;
        thread.setDaemon(true);
        thread.start();
    }

    public void add(Keeper keeper) {
        List<Feed> feeds = keeper.topics().stream().map(store::feed).toList();
        keepers.put(keeper, feeds);
        feeds.forEach(feed -> feed.listen(wake));
        changes.release();
    }

    private void run() {
        try {
            while (!closed) {
                if (changes.tryAcquire(INTERVAL_SECONDS, TimeUnit.SECONDS)) {
                    changes.drainPermits();
                }
                for (Keeper keeper : keepers.keySet()) {
                    if (!closed) {
                        look(keeper);
                    }
                }
            }
        } catch (InterruptedException e) {
            // Closing.
        } finally {
            keepers.values().forEach(feeds -> feeds.forEach(feed -> feed.unlisten(wake)));
        }
    }

    private static void look(Keeper keeper) throws InterruptedException {
        try {
            keeper.look();
        } catch (RuntimeException e) {
            log.warn(
                    "It will be tried again: keeper={} reason={}",
                    keeper.getClass().getSimpleName(),
                    e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        changes.release();
        try {
            // What is being asked just now is answered soon; what is not, is not worth waiting for.
            thread.join(2_000);
            thread.interrupt();
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

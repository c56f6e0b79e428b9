package io.drover.apiserver.serve;

import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.store.Event;
import io.drover.apiserver.store.Feed;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server does by itself, on one thread: serves what definitions define, empties namespaces, removes what lost its owner. It
 * looks at every change once, and at what is not finished again each second.
 */
final class Housekeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final Store store;
    private final DefinitionKeeper definitions;
    private final NamespaceKeeper namespaces;
    private final GarbageCollector garbage;
    private final Semaphore changes = new Semaphore(0);
    private final Set<String> unfinished = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::run, "drover-housekeeping");
    private volatile boolean closed;

    /** A part of the work. Returns whether it is done with the object for now. */
    interface Keeper {
        boolean look(Stored object) throws InterruptedException;
    }

    Housekeeping(Store store, Kinds kinds, Deleting deleting) {
        this.store = store;
        Steps steps = new Steps(store, deleting);
        definitions = new DefinitionKeeper(store, kinds, steps);
        namespaces = new NamespaceKeeper(store, kinds, steps);
        garbage = new GarbageCollector(store, kinds, steps);
        thread.setDaemon(true);
    }

    /** Serves what is defined already, then goes on in the background. */
    void start() {
        definitions.installEstablished();
        thread.start();
    }

    private void run() {
        Feed feed = store.everything();
        Runnable wake = changes::release;
        feed.listen(wake);
        try {
            while (!closed) {
                follow(feed);
            }
        } catch (InterruptedException e) {
            // Closing.
        } finally {
            feed.unlisten(wake);
        }
    }

    /** Looks at everything, then at each change, until the feed has moved on without us. */
    private void follow(Feed feed) throws InterruptedException {
        Snapshot all = store.now();
        Feed.Cursor cursor = feed.after(all.revision()).orElseThrow();
        garbage.forgetAll();
        for (Iterator<Stored> objects = all.below("/"); objects.hasNext(); ) {
            Stored object = objects.next();
            garbage.note(null, object);
            if (object.deleting() || !object.owners().isEmpty() || isDefinition(object.key())) {
                unfinished.add(object.key());
            }
        }
        while (!closed && !cursor.isLost()) {
            for (Event event = cursor.next(); event != null; event = cursor.next()) {
                take(event);
            }
            for (String key : List.copyOf(unfinished)) {
                look(key);
            }
            if (changes.tryAcquire(1, TimeUnit.SECONDS)) {
                changes.drainPermits();
            }
        }
    }

    private void take(Event event) {
        Stored object = event.after();
        garbage.note(event.before(), event.isDeletion() ? null : object);
        if (event.isDeletion()) {
            unfinished.remove(object.key());
            unfinished.addAll(garbage.dependentsOf(object));
            if (isDefinition(object.key())) {
                definitions.withdraw(object);
            }
        } else if (object.deleting() || !object.owners().isEmpty() || isDefinition(object.key())) {
            unfinished.add(object.key());
        }
    }

    private static boolean isDefinition(String key) {
        return key.startsWith(BuiltIns.CUSTOM_RESOURCE_DEFINITIONS.topic());
    }

    private void look(String key) throws InterruptedException {
        Stored object = store.now().get(key).orElse(null);
        boolean done = true;
        try {
            if (object != null) {
                done = garbage.look(object);
                if (isDefinition(key)) {
                    done &= definitions.look(object);
                } else if (key.startsWith(BuiltIns.NAMESPACES.topic())) {
                    done &= namespaces.look(object);
                }
            }
        } catch (RuntimeException e) {
            done = false;
            log.warn("Housekeeping will be tried again: object={} reason={}", key, e.toString());
        }
        if (done) {
            unfinished.remove(key);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

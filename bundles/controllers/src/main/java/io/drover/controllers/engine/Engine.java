package io.drover.controllers.engine;

import io.drover.api.ServerPart;
import io.drover.api.control.Reconciler;
import io.drover.api.plane.ManagementPlane;
import io.drover.controllers.shard.Share;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every {@link Reconciler} that is registered, from the moment it comes until the moment it goes.
 *
 * <p>Where several processes share a management plane, each works on its {@link Share} of the clusters only.
 *
 * <p>A reconciler whose kind can't be watched yet, as when both are just being installed, is started as soon as it can.
 */
@ServerPart("controllers")
@Component(service = Engine.class, immediate = true)
public final class Engine {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    /** Steps wait for clusters and clouds more than they compute. */
    private static final int THREADS = 16;

    private final ManagementPlane plane;
    private final Clock clock;
    private final Workers workers;
    private final WorkQueue queue;
    private final DelayPolicy delays;
    private final Map<Reconciler<?>, Entry> entries = new HashMap<>();
    private final Share share;

    @Activate
    public Engine(@Reference ManagementPlane plane) {
        this(
                plane,
                Clock.systemUTC(),
                new Workers(THREADS),
                listener -> plane.isShared() ? Share.join(plane.client(), listener) : Share.everything());
    }

    /** @param join which clusters' work is ours; given who is told what comes and goes */
    Engine(ManagementPlane plane, Clock clock, Workers workers, Function<Share.Listener, Share> join) {
        this.plane = plane;
        this.clock = clock;
        this.workers = workers;
        this.delays = new DelayPolicy(new Random());
        this.queue = new WorkQueue(THREADS, workers, delays, workers::wake);
        workers.serve(queue);
        this.share = join.apply(new Shift());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindReconciler(Reconciler<?> reconciler) {
        Entry entry = new Entry();
        synchronized (entries) {
            entries.put(reconciler, entry);
        }
        workers.run(() -> start(reconciler, entry, 1));
    }

    public void unbindReconciler(Reconciler<?> reconciler) {
        Entry entry;
        synchronized (entries) {
            entry = entries.remove(reconciler);
        }
        if (entry != null) {
            stop(reconciler, entry);
        }
    }

    @Deactivate
    public void deactivate() {
        synchronized (entries) {
            entries.forEach(this::stop);
            entries.clear();
        }
        workers.close();
        share.close();
    }

    private boolean isOurs(ObjectKey key) {
        return share.has(key.cluster());
    }

    private <K extends Record> void start(Reconciler<K> reconciler, Entry entry, int attempt) {
        try {
            Running<K> running = new Running<>(reconciler, plane, queue, this::isOurs, clock);
            synchronized (entry) {
                if (entry.gone) {
                    running.lane().close();
                    return;
                }
                entry.running = running;
            }
            workers.assign(running.lane(), running::take);
            running.start(reconciler);
            log.info("Reconciler started: class={}", reconciler.getClass().getName());
        } catch (RuntimeException e) {
            log.warn(
                    "A reconciler could not be started and is tried again: class={} reason={}",
                    reconciler.getClass().getName(),
                    e.getMessage());
            workers.after(
                    delays.afterFailures(attempt), () -> workers.run(() -> start(reconciler, entry, attempt + 1)));
        }
    }

    private void stop(Reconciler<?> reconciler, Entry entry) {
        Running<?> running;
        synchronized (entry) {
            entry.gone = true;
            running = entry.running;
        }
        if (running == null) {
            return;
        }
        running.stop();
        if (!workers.release(running.lane())) {
            log.warn(
                    "A reconciler that goes has calls that do not end: class={}",
                    reconciler.getClass().getName());
        }
    }

    /** Begins and ends the work on clusters that come and go. */
    private final class Shift implements Share.Listener {

        @Override
        public void gained(Predicate<String> clusters) {
            synchronized (entries) {
                for (Entry entry : entries.values()) {
                    synchronized (entry) {
                        if (entry.running != null) {
                            entry.running.all(key -> clusters.test(key.cluster()));
                        }
                    }
                }
            }
        }

        @Override
        public void lost(Predicate<String> clusters) {
            workers.breakOff(key -> clusters.test(key.cluster()));
        }

        @Override
        public boolean isIdle(Predicate<String> clusters) {
            return workers.isIdle(key -> clusters.test(key.cluster()));
        }
    }

    private static final class Entry {
        private Running<?> running;
        private boolean gone;
    }
}

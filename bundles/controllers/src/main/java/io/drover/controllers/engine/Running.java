package io.drover.controllers.engine;

import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reconciler at work: its lane in the queue, fed by the shared informer of its kind. */
final class Running<K extends Record> implements Watched.Listener<K>, Wakes {

    private static final Logger log = LoggerFactory.getLogger(Running.class);

    private final WorkQueue.Lane lane;
    private final Watched<K> watched;
    private final Steps<K> steps;
    private final OwnWrites ownWrites = new OwnWrites();
    private AutoCloseable listening = () -> {};
    private boolean stopped;

    /** @param ours whether an object's work is this process's; others' objects are left alone */
    Running(Reconciler<K> reconciler, ManagementPlane plane, WorkQueue queue, Predicate<ObjectKey> ours, Clock clock) {
        this.watched = plane.watched(reconciler.kind());
        this.steps = new Steps<>(reconciler, watched, plane.objects(reconciler.kind()), ownWrites, ours, clock);
        this.lane = queue.open(reconciler.getClass().getSimpleName());
    }

    WorkQueue.Lane lane() {
        return lane;
    }

    /** From now on objects are looked at. */
    synchronized void start(Reconciler<K> reconciler) {
        if (stopped) {
            return;
        }
        reconciler.wokenBy(this);
        listening = watched.listen(this);
    }

    /** From now on none is, and calls that are interrupted are no failures. */
    synchronized void stop() {
        stopped = true;
        steps.withdraw();
        lane.close();
        try {
            listening.close();
        } catch (Exception e) {
            log.warn("An informer's listener could not be ended: lane={} reason={}", lane.name(), e.getMessage());
        }
    }

    Next take(ObjectKey key) throws InterruptedException {
        ownWrites.begin(key);
        try {
            return steps.take(key);
        } finally {
            if (ownWrites.end(key)) {
                lane.add(key);
            }
        }
    }

    @Override
    public void changed(Optional<Resource<K>> before, Resource<K> after) {
        ObjectKey key = ObjectKey.of(after);
        if (ownWrites.isForeign(key, after.metadata().getResourceVersion())) {
            lane.add(key);
        }
    }

    @Override
    public void deleted(Resource<K> last) {
        ownWrites.forget(ObjectKey.of(last));
        steps.forget(last);
    }

    @Override
    public void one(String namespace, String name) {
        lane.add(new ObjectKey(namespace, name));
    }

    @Override
    public void all() {
        all(key -> true);
    }

    /** All objects that pass. */
    void all(Predicate<ObjectKey> chosen) {
        watched.list().stream().map(ObjectKey::of).filter(chosen).forEach(lane::add);
    }
}

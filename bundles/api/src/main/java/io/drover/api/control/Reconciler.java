package io.drover.api.control;

import io.drover.api.plane.Resource;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Moves the world towards what the objects of one kind ask, one step a call: an OSGi service.
 *
 * <p><b>Threads.</b> Calls for one object never overlap; calls for different objects do, on the engine's bounded pool. A call ends
 * within 60 seconds and is interrupted when the service goes.
 *
 * <p><b>Repetition.</b> It is level-based: a call sees the object as it is now, not what happened to it, and any call may be a
 * repetition. Writing nothing when nothing is to be changed is the implementer's duty; writing status is the engine's. What the
 * engine writes for a reconciler does not call that one again; everybody else's changes do.
 *
 * @param <K> the kind
 */
@ConsumerType
public interface Reconciler<K extends Record> {

    Class<K> kind();

    /**
     * One step. Not called for an object whose deletion was asked for.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} rests until the object changes; everything else is tried again, after 1 second,
     *     doubling up to 5 minutes. Either is shown in the object's conditions
     */
    Outcome<K> reconcile(Resource<K> resource) throws InterruptedException;

    /**
     * The finalizer that keeps an object until {@link #finalise} says that it is done; empty for a reconciler with nothing to undo. The
     * engine adds and removes it.
     */
    default String finalizer() {
        return "";
    }

    /** One step of undoing, called for an object whose deletion was asked for while the finalizer is on it. */
    default Outcome<K> finalise(Resource<K> resource) throws InterruptedException {
        return Outcome.done();
    }

    /**
     * Type of the condition in {@code status.conditions} that tells how far this reconciler is with an object: {@code True} when it is
     * as asked, else what it waits for or why it failed. Two reconcilers of one kind use two conditions. Empty for one that shows
     * everything itself, or whose kind has no conditions: the engine then only logs.
     */
    default String condition(Resource<K> resource) {
        return "Reconciled";
    }

    /** Takes what wakes objects when something else than they changed. Called once, before the first {@link #reconcile}. */
    default void wokenBy(Wakes wakes) {}
}

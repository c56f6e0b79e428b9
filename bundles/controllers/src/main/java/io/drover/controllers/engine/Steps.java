package io.drover.controllers.engine;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.kind.Kind;
import io.drover.api.model.Condition;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Takes one step of one object through its reconciler, and writes what came of it into the object. */
final class Steps<K extends Record> {

    private static final Logger log = LoggerFactory.getLogger(Steps.class);
    private static final AtomicLong attempts = new AtomicLong();

    private final Reconciler<K> reconciler;
    private final Watched<K> watched;
    private final Objects<K> objects;
    private final OwnWrites ownWrites;
    private final Predicate<ObjectKey> ours;
    private final StatusConditions<K> conditions;
    private final WaitingText text;
    private final String kind;
    /** UIDs of objects that the informer still shows although our finalizer is off them already. */
    private final Set<String> released = ConcurrentHashMap.newKeySet();

    private volatile boolean withdrawn;

    /** @param ours whether an object's work is this process's */
    Steps(
            Reconciler<K> reconciler,
            Watched<K> watched,
            Objects<K> objects,
            OwnWrites ownWrites,
            Predicate<ObjectKey> ours,
            Clock clock) {
        this.ours = ours;
        this.reconciler = reconciler;
        this.watched = watched;
        this.objects = objects;
        this.ownWrites = ownWrites;
        this.conditions = new StatusConditions<>(reconciler.kind());
        this.text = new WaitingText(clock);
        this.kind = reconciler.kind().getAnnotation(Kind.class) == null
                ? reconciler.kind().getSimpleName()
                : reconciler.kind().getAnnotation(Kind.class).plural();
    }

    /** The reconciler goes: interrupted calls are no failures from now on. */
    void withdraw() {
        withdrawn = true;
    }

    /** The object is no more. */
    void forget(Resource<K> last) {
        released.remove(String.valueOf(last.metadata().getUid()));
    }

    Next take(ObjectKey key) throws InterruptedException {
        Optional<Resource<K>> found = watched.get(key.namespace(), key.name());
        if (found.isEmpty() || !ours.test(key)) {
            return new Next.Rest();
        }
        MDC.put("kind", kind);
        MDC.put("name", key.toString());
        MDC.put("attempt", Long.toString(attempts.incrementAndGet()));
        try {
            return take(key, found.get());
        } finally {
            MDC.remove("kind");
            MDC.remove("name");
            MDC.remove("attempt");
        }
    }

    private Next take(ObjectKey key, Resource<K> resource) throws InterruptedException {
        Attempt attempt = new Attempt(key, resource);
        try {
            return attempt.take();
        } catch (DroverException e) {
            return attempt.failed(e);
        } catch (InterruptedException e) {
            if (withdrawn || !ours.test(key)) {
                throw e;
            }
            return attempt.failed(DroverException.unavailable("One step took longer than a minute and was broken off"));
        } catch (RuntimeException | LinkageError e) {
            if (withdrawn || !ours.test(key)) {
                return new Next.Rest();
            }
            return attempt.failed(new DroverException(
                    Fault.INTERNAL, "Unexpected: " + e.getClass().getSimpleName() + " " + e.getMessage(), e));
        }
    }

    private final class Attempt {

        private final ObjectKey key;
        private final Resource<K> resource;

        Attempt(ObjectKey key, Resource<K> resource) {
            this.key = key;
            this.resource = resource;
        }

        Next take() throws InterruptedException {
            String finalizer = reconciler.finalizer();
            boolean held = !finalizer.isEmpty() && finalizers(resource).contains(finalizer);
            if (resource.isBeingDeleted()) {
                return held && !released.contains(uid()) ? finalise(finalizer) : new Next.Rest();
            }
            Resource<K> current = resource;
            if (!held && !finalizer.isEmpty()) {
                current = write(found -> found.isBeingDeleted() ? found : withFinalizer(found, finalizer));
                if (current.isBeingDeleted()) {
                    return new Next.Rest();
                }
            }
            Outcome<K> outcome = reconciler.reconcile(current);
            show(current, outcome);
            return Next.after(outcome.lookAgainIn());
        }

        private Next finalise(String finalizer) throws InterruptedException {
            Outcome<K> outcome = reconciler.finalise(resource);
            if (outcome.waiting().isPresent()) {
                show(resource, outcome);
                return Next.after(outcome.lookAgainIn());
            }
            if (outcome.show().isPresent()) {
                write(found -> found.with(outcome.show().get()));
            }
            try {
                write(found -> withoutFinalizer(found, finalizer));
                released.add(uid());
            } catch (DroverException e) {
                if (e.fault() != Fault.NOT_FOUND) {
                    throw e;
                }
            }
            return new Next.Rest();
        }

        private String uid() {
            return String.valueOf(resource.metadata().getUid());
        }

        private void show(Resource<K> seen, Outcome<K> outcome) {
            UnaryOperator<K> change = outcome.show().orElse(UnaryOperator.identity());
            String type = reconciler.condition(seen);
            Optional<Condition> said = outcome.waiting()
                    .map(waiting -> text.waiting(type, waiting, known(seen, type)))
                    .or(() -> Optional.of(Condition.yes(type)));
            outcome.waiting().ifPresent(waiting -> logWaiting(seen, type, waiting));
            writeShown(seen, change, type, said.get());
        }

        Next failed(DroverException failure) {
            if (failure.fault() == Fault.CONFLICT) {
                log.debug("Changed meanwhile, looked at again: reason={}", failure.getMessage());
                return new Next.BackOff();
            }
            boolean rejected = failure.fault() == Fault.REJECTED;
            if (failure.fault() == Fault.INTERNAL) {
                log.error("A step failed by a defect", failure);
            } else {
                log.warn("A step failed: fault={} reason={}", failure.fault(), failure.getMessage());
            }
            try {
                String type = reconciler.condition(resource);
                writeShown(resource, UnaryOperator.identity(), type, text.failure(type, failure));
            } catch (RuntimeException e) {
                log.warn("Its failure could not be shown in the object: reason={}", e.getMessage());
                return new Next.BackOff();
            }
            return rejected ? new Next.Rest() : new Next.BackOff();
        }

        /**
         * Writes nothing when what was seen says it all already. If that is outdated by somebody else's change, its newer version comes by
         * and is looked at; if it is by our own, which is not looked at again, only the API server knows.
         */
        private void writeShown(Resource<K> seen, UnaryOperator<K> change, String type, Condition condition) {
            boolean shown = !type.isEmpty() && conditions.exist();
            UnaryOperator<K> whole = shown ? value -> conditions.with(change.apply(value), condition) : change;
            if (!ownWrites.isAwaited(key) && whole.apply(seen.value()).equals(seen.value())) {
                return;
            }
            try {
                write(found -> found.with(whole));
            } catch (DroverException e) {
                if (e.fault() != Fault.NOT_FOUND) {
                    throw e;
                }
            }
        }

        private Resource<K> write(UnaryOperator<Resource<K>> change) {
            AtomicBoolean changes = new AtomicBoolean();
            Resource<K> written = objects.edit(key.namespace(), key.name(), found -> {
                Resource<K> changed = change.apply(found);
                changes.set(!changed.equals(found));
                return changed;
            });
            if (changes.get()) {
                ownWrites.wrote(key, written.metadata().getResourceVersion());
            }
            return written;
        }

        private void logWaiting(Resource<K> seen, String type, Outcome.Waiting waiting) {
            boolean told = known(seen, type)
                    .map(condition ->
                            condition.message() != null && condition.message().startsWith(waiting.cause()))
                    .orElse(false);
            if (told) {
                log.debug("Still waiting: cause=\"{}\"", waiting.cause());
            } else {
                log.info(
                        "Waiting: cause=\"{}\" owner={} lookAgain={} next=\"{}\"",
                        waiting.cause(),
                        waiting.owner(),
                        waiting.lookAgainIn(),
                        waiting.nextAction());
            }
        }

        private Optional<Condition> known(Resource<K> seen, String type) {
            return conditions.exist() ? Condition.find(conditions.of(seen.value()), type) : Optional.empty();
        }
    }

    private static List<String> finalizers(Resource<?> resource) {
        List<String> finalizers = resource.metadata().getFinalizers();
        return finalizers == null ? List.of() : finalizers;
    }

    private static <K extends Record> Resource<K> withFinalizer(Resource<K> resource, String finalizer) {
        if (finalizers(resource).contains(finalizer)) {
            return resource;
        }
        List<String> more = new ArrayList<>(finalizers(resource));
        more.add(finalizer);
        return resource.withMetadata(metadata -> metadata.setFinalizers(more));
    }

    private static <K extends Record> Resource<K> withoutFinalizer(Resource<K> resource, String finalizer) {
        List<String> fewer = new ArrayList<>(finalizers(resource));
        return fewer.remove(finalizer) ? resource.withMetadata(metadata -> metadata.setFinalizers(fewer)) : resource;
    }
}

package io.drover.apiserver.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * All of Drover's objects from one plane to another. What is there already and the same is left alone, so that one that was broken off
 * goes on where it was; what is there and differs stops it before anything is written. Names, contents, status, finalizers and deletions
 * under way are kept; uids are each API server's own, so owner references are rewritten.
 */
final class Migration {

    private static final int CONFLICTS_NAMED = 10;

    /** Told of what happens, for people. */
    interface Progress {

        /** @param action {@code create} or {@code complete} */
        void planned(String action, Type type, ObjectKey key);

        void done(Type type, int objects);
    }

    /** @param statuses objects that an earlier, broken-off migration left without their status */
    record Plan(int definitions, int created, int statuses, int same) {
        boolean isEmpty() {
            return definitions + created + statuses == 0;
        }
    }

    private final Plane from;
    private final Plane to;
    private final Scope scope;
    private final Progress progress;
    private final Map<String, String> uids = new HashMap<>();
    private final Set<String> moving = new HashSet<>();

    /** @param whole whether all that {@code from} holds is Drover's */
    Migration(Plane from, Plane to, boolean whole, Progress progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
        this.scope = Scope.of(from, whole);
    }

    private Stream<Type> types() {
        return Stream.of(Stream.of(Type.NAMESPACE), Type.BUILT_IN.stream(), scope.kinds().stream())
                .flatMap(types -> types);
    }

    private void each(Type type, BiConsumer<ObjectKey, ObjectNode> object) {
        from.each(type, found -> {
            if (scope.contains(type, found)) {
                object.accept(ObjectKey.of(found), found);
            }
        });
    }

    /**
     * Compares the two planes; writes nothing.
     *
     * @throws DroverException {@code CONFLICT} naming what is there and differs
     */
    Plan plan() {
        List<String> conflicts = new ArrayList<>();
        int definitions = 0;
        for (ObjectNode definition : scope.definitions()) {
            if (to.get(Type.DEFINITION, ObjectKey.of(definition)).isEmpty()) {
                progress.planned("create", Type.DEFINITION, ObjectKey.of(definition));
                definitions++;
            }
        }
        int[] counts = new int[3];
        types().forEach(type -> {
            Map<ObjectKey, ObjectNode> there = new HashMap<>();
            to.each(type, object -> there.put(ObjectKey.of(object), object));
            each(type, (key, object) -> {
                moving.add(Form.uid(object));
                ObjectNode other = there.get(key);
                if (other == null) {
                    counts[0]++;
                    progress.planned("create", type, key);
                    return;
                }
                uids.put(Form.uid(object), Form.uid(other));
                if (differs(type, object, other)) {
                    conflicts.add(type + " " + key);
                } else if (lacksStatus(type, object, other)) {
                    counts[1]++;
                    progress.planned("complete", type, key);
                } else {
                    counts[2]++;
                }
            });
        });
        if (!conflicts.isEmpty()) {
            throw new DroverException(
                    Fault.CONFLICT,
                    conflicts.size() + " objects are in " + to + " already and differ, so nothing was"
                            + " written: "
                            + String.join(", ", conflicts.subList(0, Math.min(conflicts.size(), CONFLICTS_NAMED)))
                            + (conflicts.size() > CONFLICTS_NAMED ? ", …" : "")
                            + ". Delete them on the side where they are not wanted");
        }
        return new Plan(definitions, counts[0], counts[1], counts[2]);
    }

    private static boolean differs(Type type, ObjectNode object, ObjectNode other) {
        if (type.equals(Type.NAMESPACE)) {
            return false; // it is there, and that is all about it
        }
        boolean differ = !Form.compared(type, object).equals(Form.compared(type, other));
        Optional<?> status = Form.status(type, other);
        return differ || status.isPresent() && !status.equals(Form.status(type, object));
    }

    private static boolean lacksStatus(Type type, ObjectNode object, ObjectNode other) {
        return Form.status(type, object).isPresent() && Form.status(type, other).isEmpty();
    }

    /** Does what {@link #plan} said, which must have been called. Owners come before what they own. */
    void run() {
        for (ObjectNode definition : scope.definitions()) {
            if (to.get(Type.DEFINITION, ObjectKey.of(definition)).isEmpty()) {
                to.define(bare(definition));
            }
        }
        List<Runnable> waiting = new ArrayList<>();
        List<List<String>> waitingFor = new ArrayList<>();
        types().forEach(type -> {
            int[] count = new int[1];
            each(type, (key, object) -> {
                count[0]++;
                List<String> owners =
                        Form.owners(object).stream().filter(moving::contains).toList();
                if (uids.keySet().containsAll(owners)) {
                    move(type, key, object);
                } else {
                    waiting.add(() -> move(type, key, object));
                    waitingFor.add(owners);
                }
            });
            if (count[0] > 0) {
                progress.done(type, count[0]);
            }
        });
        while (!waiting.isEmpty()) {
            if (!moveThoseWhoseOwnersAreThere(waiting, waitingFor)) {
                throw DroverException.rejected(
                        waiting.size() + " objects own each other in a circle and can't be moved");
            }
        }
    }

    private boolean moveThoseWhoseOwnersAreThere(List<Runnable> waiting, List<List<String>> waitingFor) {
        boolean moved = false;
        Iterator<List<String>> owners = waitingFor.iterator();
        for (Iterator<Runnable> each = waiting.iterator(); each.hasNext(); ) {
            Runnable one = each.next();
            if (uids.keySet().containsAll(owners.next())) {
                one.run();
                each.remove();
                owners.remove();
                moved = true;
            }
        }
        return moved;
    }

    private void move(Type type, ObjectKey key, ObjectNode object) {
        ObjectNode written;
        if (uids.containsKey(Form.uid(object))) {
            written = to.get(type, key)
                    .orElseThrow(() ->
                            new DroverException(Fault.CONFLICT, type + " " + key + " was deleted meanwhile in " + to));
            if (!lacksStatus(type, object, written)) {
                return;
            }
        } else {
            written = to.create(type, key, Form.moved(type, object, uids));
            uids.put(Form.uid(object), Form.uid(written));
        }
        if (Form.status(type, object).isPresent()) {
            to.writeStatus(type, key, written.set("status", object.get("status")));
        }
        if (Form.isBeingDeleted(object)) {
            to.delete(type, key);
        }
    }

    private static ObjectNode bare(ObjectNode definition) {
        ObjectNode bare = Form.moved(Type.DEFINITION, definition, Map.of());
        bare.withObject("/metadata").remove("finalizers");
        return bare;
    }
}

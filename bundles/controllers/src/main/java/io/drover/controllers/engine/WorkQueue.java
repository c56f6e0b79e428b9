package io.drover.controllers.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Which object is looked at next, and when one is looked at again.
 *
 * <p>One lane a reconciler; an object is a key within its lane. No key is ever taken twice at once; keys added while they wait are one
 * entry, and one added while it is taken is taken once more afterwards. Lanes take turns, and none may hold more than three quarters of
 * the slots while there are others, so a reconciler whose calls hang can't stop the rest.
 *
 * <p>It holds no threads and reads no clock: whoever is told by {@code ready} that there is something to do calls {@link #take}, does
 * it and calls {@link #finish}. An object at rest takes no memory here.
 */
public final class WorkQueue {

    private final int slots;
    private final Timers timers;
    private final DelayPolicy delays;
    private final Runnable ready;

    private final Deque<Lane> rotation = new ArrayDeque<>();
    private int taken;

    /**
     * @param slots how many keys may be taken at once
     * @param ready called, outside of any lock, when {@link #take} has something to give; may be called too often
     */
    public WorkQueue(int slots, Timers timers, DelayPolicy delays, Runnable ready) {
        this.slots = slots;
        this.timers = timers;
        this.delays = delays;
        this.ready = ready;
    }

    /** What is to be done now, by whoever calls, and to be handed back to {@link #finish}. */
    public record Turn(Lane lane, ObjectKey key) {}

    public Lane open(String name) {
        Lane lane = new Lane(name);
        synchronized (this) {
            rotation.addLast(lane);
        }
        return lane;
    }

    public synchronized Optional<Turn> take() {
        if (taken == slots) {
            return Optional.empty();
        }
        for (int i = rotation.size(); i > 0; i--) {
            Lane lane = rotation.removeFirst();
            rotation.addLast(lane);
            if (!lane.waiting.isEmpty() && lane.taken < share()) {
                return Optional.of(lane.takeFirst());
            }
        }
        return Optional.empty();
    }

    private int share() {
        return rotation.size() == 1 ? slots : Math.max(1, slots * 3 / 4);
    }

    public void finish(Turn turn, Next next) {
        synchronized (this) {
            turn.lane.finish(turn.key, next);
        }
        ready.run();
    }

    /** One reconciler's objects. */
    public final class Lane {

        private final String name;
        private final LinkedHashSet<ObjectKey> waiting = new LinkedHashSet<>();
        private final Map<ObjectKey, Entry> entries = new HashMap<>();
        private int taken;
        private boolean closed;

        private Lane(String name) {
            this.name = name;
        }

        public String name() {
            return name;
        }

        /** Has an object looked at as soon as its turn comes, whatever it was waiting for. */
        public void add(ObjectKey key) {
            synchronized (WorkQueue.this) {
                if (closed) {
                    return;
                }
                Entry entry = entries.computeIfAbsent(key, k -> new Entry());
                entry.cancelTimer();
                if (entry.taken) {
                    entry.again = true;
                    return;
                }
                if (!waiting.add(key)) {
                    return;
                }
            }
            ready.run();
        }

        /** How often in a row an object has failed. */
        public int failures(ObjectKey key) {
            synchronized (WorkQueue.this) {
                Entry entry = entries.get(key);
                return entry == null ? 0 : entry.failures;
            }
        }

        /** Ends the lane: nothing of it is taken any more. */
        public void close() {
            synchronized (WorkQueue.this) {
                closed = true;
                rotation.remove(this);
                waiting.clear();
                entries.values().forEach(Entry::cancelTimer);
            }
        }

        private Turn takeFirst() {
            ObjectKey key = waiting.iterator().next();
            waiting.remove(key);
            entries.get(key).taken = true;
            taken++;
            WorkQueue.this.taken++;
            return new Turn(this, key);
        }

        private void finish(ObjectKey key, Next next) {
            taken--;
            WorkQueue.this.taken--;
            Entry entry = entries.get(key);
            entry.taken = false;
            entry.failures = next instanceof Next.BackOff ? entry.failures + 1 : 0;
            if (closed) {
                entries.remove(key);
            } else if (entry.again) {
                entry.again = false;
                waiting.add(key);
            } else if (next instanceof Next.After after) {
                wakeAfter(key, entry, after.delay());
            } else if (next instanceof Next.BackOff) {
                wakeAfter(key, entry, delays.afterFailures(entry.failures));
            } else {
                entries.remove(key);
            }
        }

        private void wakeAfter(ObjectKey key, Entry entry, Duration delay) {
            Object mark = new Object();
            entry.timerMark = mark;
            entry.timer = timers.after(delay, () -> timerFired(key, mark));
        }

        private void timerFired(ObjectKey key, Object mark) {
            synchronized (WorkQueue.this) {
                Entry entry = entries.get(key);
                if (closed || entry == null || entry.timerMark != mark) {
                    return;
                }
                entry.cancelTimer();
                waiting.add(key);
            }
            ready.run();
        }
    }

    private static final class Entry {
        private boolean taken;
        private boolean again;
        private int failures;
        private Timers.Timer timer;
        private Object timerMark;

        private void cancelTimer() {
            if (timer != null) {
                timer.cancel();
                timer = null;
                timerMark = null;
            }
        }
    }
}

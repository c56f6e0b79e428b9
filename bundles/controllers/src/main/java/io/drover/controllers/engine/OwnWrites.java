package io.drover.controllers.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells the echo of what a reconciler wrote itself from everybody else's changes, so that an object whose failures read differently
 * each time does not wake itself out of its back-off. The echo may come before the answer to the write, and after the turn.
 */
final class OwnWrites {

    private final Map<ObjectKey, Turn> turns = new HashMap<>();
    private final Map<ObjectKey, String> expected = new HashMap<>();

    synchronized void begin(ObjectKey key) {
        turns.put(key, new Turn());
    }

    /** Whether the informer may still show the object as it was before our last write. */
    synchronized boolean isAwaited(ObjectKey key) {
        return expected.containsKey(key);
    }

    synchronized void wrote(ObjectKey key, String version) {
        Turn turn = turns.get(key);
        if (turn != null && version != null) {
            turn.written.add(version);
            turn.last = version;
        }
    }

    /** @return whether somebody else changed the object meanwhile */
    synchronized boolean end(ObjectKey key) {
        Turn turn = turns.remove(key);
        if (turn == null) {
            return false;
        }
        if (turn.last != null && !turn.seen.contains(turn.last)) {
            expected.put(key, turn.last);
        }
        turn.seen.removeAll(turn.written);
        return !turn.seen.isEmpty();
    }

    /** Takes note of a change; {@code true} if it is somebody else's and the object is not in a turn now. */
    synchronized boolean isForeign(ObjectKey key, String version) {
        Turn turn = turns.get(key);
        if (turn != null) {
            turn.seen.add(String.valueOf(version));
            return false;
        }
        String echo = expected.remove(key);
        return echo == null || !echo.equals(version);
    }

    synchronized void forget(ObjectKey key) {
        expected.remove(key);
    }

    private static final class Turn {
        private final Set<String> written = new HashSet<>();
        private final Set<String> seen = new HashSet<>();
        private String last;
    }
}

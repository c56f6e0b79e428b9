package io.drover.apiserver.store;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest changes of one resource, as a chain that readers walk at their own pace without locks. It keeps a bounded number of them;
 * a reader that falls behind further than that has lost its place.
 */
public final class Feed {

    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Reach reach;
    // Everything after the head is kept; the head itself is gone.
    private volatile Event head;
    private volatile Event tail;
    private int events;
    private long bytes;

    Feed(long startsAfter, Reach reach) {
        this.reach = reach;
        head = new Event(startsAfter, null, null, false);
        tail = head;
    }

    /** Called by the writer alone. */
    void append(Event event) {
        tail.next = event;
        tail = event;
        events++;
        bytes += event.weight();
        while (events > 1 && (events > reach.changes() || bytes > reach.bytes())) {
            Event lost = head.next;
            bytes -= lost.weight();
            events--;
            head = lost;
        }
    }

    void wake() {
        listeners.forEach(Runnable::run);
    }

    /**
     * A place in the feed right after {@code revision}.
     *
     * @return empty if changes after it are no longer kept
     */
    public Optional<Cursor> after(long revision) {
        Event place = head;
        if (revision < place.revision()) {
            return Optional.empty();
        }
        for (Event next = place.next; next != null && next.revision() <= revision; next = place.next) {
            place = next;
        }
        return Optional.of(new Cursor(place, revision));
    }

    /** Calls {@code wake} on the writer's thread after changes; it must return at once. Ended by {@link #unlisten}. */
    public void listen(Runnable wake) {
        listeners.add(wake);
    }

    public void unlisten(Runnable wake) {
        listeners.remove(wake);
    }

    /** Right behind a change. Any thread. */
    public record Place(Event change) {

        /** Whether nothing has changed since. */
        public boolean isLatest() {
            return change.next == null;
        }
    }

    /** A reader's place. For one thread at a time. */
    public final class Cursor {
        private Event place;
        private final long startsAfter;

        private Cursor(Event place, long startsAfter) {
            this.place = place;
            this.startsAfter = startsAfter;
        }

        /** The next change, or null when there is none yet. */
        public Event next() {
            Event next = place.next;
            while (next != null && next.revision() <= startsAfter) {
                place = next;
                next = place.next;
            }
            if (next != null) {
                place = next;
            }
            return next;
        }

        /** Behind the last change that {@link #next} has told. */
        public Place place() {
            return new Place(place);
        }

        /** Whether the feed no longer keeps what comes next. */
        public boolean isLost() {
            return place.revision() < head.revision();
        }
    }
}

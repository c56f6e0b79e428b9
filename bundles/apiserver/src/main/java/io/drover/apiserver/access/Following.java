package io.drover.apiserver.access;

import io.drover.apiserver.store.Event;
import io.drover.apiserver.store.Feed;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Something that is kept in memory from the objects of a few resources, and brought up to date by whoever reads it: an acknowledged
 * write is always seen. Reading what has not changed takes no lock.
 */
public abstract class Following {

    private final Store store;
    private final List<String> topics;
    private List<Feed.Cursor> cursors = List.of();
    private volatile List<Feed.Place> taken = List.of();

    /** @param topics {@code /group/resource/} each */
    protected Following(Store store, List<String> topics) {
        this.store = store;
        this.topics = topics;
    }

    public List<String> topics() {
        return topics;
    }

    /** Everything is to be read anew. */
    protected abstract void restart();

    /** An object is there; called in no particular order after {@link #restart}, and then for each change. */
    protected abstract void take(Stored object);

    protected abstract void drop(Stored last);

    /** All that was there at a restart, or all changes since, has been told. */
    protected void settle() {}

    protected final void catchUp() {
        if (!isCurrent()) {
            synchronized (this) {
                if (!isCurrent()) {
                    follow();
                    settle();
                    taken = cursors.stream().map(Feed.Cursor::place).toList();
                }
            }
        }
    }

    private boolean isCurrent() {
        List<Feed.Place> places = taken;
        for (int i = 0; i < places.size(); i++) {
            if (!places.get(i).isLatest()) {
                return false;
            }
        }
        return !places.isEmpty();
    }

    private void follow() {
        boolean lost = cursors.isEmpty();
        for (Feed.Cursor cursor : cursors) {
            lost |= cursor.isLost();
        }
        if (lost) {
            readAll();
        }
        for (Feed.Cursor cursor : cursors) {
            for (Event event = cursor.next(); event != null; event = cursor.next()) {
                if (event.isDeletion()) {
                    drop(event.after());
                } else {
                    take(event.after());
                }
            }
        }
    }

    private void readAll() {
        Snapshot snapshot = store.now();
        List<Feed.Cursor> fresh = new ArrayList<>();
        for (String topic : topics) {
            Optional<Feed.Cursor> cursor = store.feed(topic).after(snapshot.revision());
            while (cursor.isEmpty()) {
                // More was written between the two lines above than a feed keeps.
                snapshot = store.now();
                fresh.clear();
                cursor = store.feed(topic).after(snapshot.revision());
            }
            fresh.add(cursor.get());
        }
        restart();
        for (String topic : topics) {
            for (Iterator<Stored> objects = snapshot.below(topic); objects.hasNext(); ) {
                take(objects.next());
            }
        }
        cursors = List.copyOf(fresh);
    }
}

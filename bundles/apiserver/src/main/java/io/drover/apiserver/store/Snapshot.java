package io.drover.apiserver.store;

import java.util.Iterator;
import java.util.Optional;

/** All objects as they were at one revision. */
public final class Snapshot {

    private final long revision;
    private final SortedTree<Stored> objects;

    Snapshot(long revision, SortedTree<Stored> objects) {
        this.revision = revision;
        this.objects = objects;
    }

    public long revision() {
        return revision;
    }

    public Optional<Stored> get(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** Objects whose keys start with {@code prefix}, in order. */
    public Iterator<Stored> below(String prefix) {
        return objects.between(prefix, end(prefix));
    }

    /** Objects whose keys start with {@code prefix} and are greater than {@code key}, in order. */
    public Iterator<Stored> below(String prefix, String key) {
        return objects.between(key + '\0', end(prefix));
    }

    /** How many objects have keys that start with {@code prefix} and are greater than {@code key}. */
    public int countBelow(String prefix, String key) {
        return objects.rank(end(prefix)) - objects.rank(key + '\0');
    }

    SortedTree<Stored> objects() {
        return objects;
    }

    private static String end(String prefix) {
        return prefix + Character.MAX_VALUE;
    }
}

package io.drover.apiserver.store;

/** A change of one object, linked to the next one of its feed. */
public final class Event {

    private final long revision;
    private final Stored before;
    private final Stored after;
    volatile Event next;

    /**
     * @param before null for a creation
     * @param after for a deletion the last state, with the deletion's revision
     */
    Event(long revision, Stored before, Stored after, boolean deleted) {
        this.revision = revision;
        this.before = before;
        this.after = after;
        this.deleted = deleted;
    }

    private final boolean deleted;

    public long revision() {
        return revision;
    }

    /** Null for a creation. */
    public Stored before() {
        return before;
    }

    public Stored after() {
        return after;
    }

    public boolean isDeletion() {
        return deleted;
    }

    int weight() {
        return after == null ? 0 : after.json().length;
    }
}

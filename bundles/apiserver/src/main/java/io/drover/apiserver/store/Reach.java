package io.drover.apiserver.store;

/** How many of a resource's latest changes are kept in memory for watches that are behind: no more than either. */
public record Reach(int changes, long bytes) {

    public static final Reach DEFAULT = new Reach(10_000, 32L << 20);
}

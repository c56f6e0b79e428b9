package io.drover.controllers.shard;

import java.util.List;
import java.util.Optional;

/** The leases of all processes, kept where all see them. Calls block; failures are {@code DroverException}. */
public interface LeaseBook {

    /**
     * @param name of the process or the shard that the lease is for
     * @param holder empty for nobody
     * @param version changes with every write; empty for a lease that is not there yet
     */
    record Entry(String name, String holder, String version) {}

    List<Entry> list();

    /**
     * Writes {@code holder} into the lease, if it still is as {@code before} says.
     *
     * @return the lease as it is now; empty if somebody else was first
     */
    Optional<Entry> write(Entry before, String holder);

    /** Removes the lease, if it still is as {@code before} says. */
    void remove(Entry before);
}

package io.drover.apiserver.store;

import java.util.function.LongSupplier;

/** Gives the store's writer its turns, one after the other, and the time by which it makes them. */
public interface Turns extends AutoCloseable {

    /** @param turn does what there is to do, and tells for how many milliseconds there is nothing more unless somebody wakes it */
    void begin(LongSupplier turn);

    /** There is something to do. Any thread, often. */
    void wake();

    /** Time that never goes back, from anywhere, in nanoseconds. */
    long nanoTime();

    /** Waits for the turn that is being made, at most ten seconds; there is none after it. */
    @Override
    void close();
}

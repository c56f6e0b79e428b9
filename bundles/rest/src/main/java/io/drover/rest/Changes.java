package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/** What happens to the objects of a {@link Store}. */
interface Changes {

    /** How many objects there are now, about. */
    int size();

    /** Tells of every object that is there and of every change from now on; returns at once. */
    AutoCloseable listen(Listener listener);

    /** Called in order, on a thread that must not be held up. */
    @FunctionalInterface
    interface Listener {
        /**
         * @param stored gives the object in its stored form
         * @param gone whether that was its last form
         */
        void told(String uid, Supplier<ObjectNode> stored, boolean gone);
    }
}

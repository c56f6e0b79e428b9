package io.drover.api.control;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Has objects of a reconciler's kind looked at because something else than the objects changed. Any thread; returns at once; harmless
 * for objects that are not there, and once the reconciler is gone.
 */
@ProviderType
public interface Wakes {

    default void one(String name) {
        one(null, name);
    }

    /** @param namespace null for a kind of cluster scope */
    void one(String namespace, String name);

    /** All objects of the kind. */
    void all();
}

package io.drover.api.plane;

import java.util.Collection;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The objects of one kind, kept in memory by one shared informer and never more than moments behind the API server. Reading takes
 * no lock and does not block.
 */
@ProviderType
public interface Watched<K extends Record> {

    default Optional<Resource<K>> get(String name) {
        return get(null, name);
    }

    /** @param namespace null for a kind of cluster scope */
    Optional<Resource<K>> get(String namespace, String name);

    Collection<Resource<K>> list();

    /** Whether the first full list has arrived; before that the others may answer too little. */
    boolean isSynced();

    /**
     * Tells {@code listener} of every object that is there and of every change from now on, in order, on one thread of the
     * informer's: it must return quickly and not throw.
     *
     * @return ends it
     */
    AutoCloseable listen(Listener<K> listener);

    /** What happens to objects. */
    @ConsumerType
    interface Listener<K extends Record> {
        /** @param before empty when the object is new to this listener */
        void changed(Optional<Resource<K>> before, Resource<K> after);

        void deleted(Resource<K> last);
    }
}

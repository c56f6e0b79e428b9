package io.drover.api.plane;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The objects of one kind, read from the API server itself. For reading often, take {@link ManagementPlane#watched}.
 *
 * <p>Calls block until the API server answered, at most 30 seconds; they may come from any thread. Failures are
 * {@link io.drover.api.DroverException}: {@code NOT_FOUND}, {@code CONFLICT}, {@code REJECTED}, {@code UNAVAILABLE}. Fields of a
 * stored object that the record does not know are kept by every write.
 */
@ProviderType
public interface Objects<K extends Record> {

    /** An object of cluster scope. */
    default Optional<Resource<K>> get(String name) {
        return get(null, name);
    }

    /** @param namespace null for a kind of cluster scope */
    Optional<Resource<K>> get(String namespace, String name);

    /** All, of all namespaces. */
    List<Resource<K>> list();

    List<Resource<K>> list(String namespace);

    /** Creates it; metadata without a name must have {@code generateName}. Answers what was stored. */
    Resource<K> create(Resource<K> resource);

    default Resource<K> edit(String name, UnaryOperator<Resource<K>> change) {
        return edit(null, name, change);
    }

    /**
     * Reads the object, lets {@code change} make another of it and writes the difference; again from the start when somebody else
     * wrote meanwhile, so {@code change} may be called several times. Nothing is written when nothing changed.
     */
    Resource<K> edit(String namespace, String name, UnaryOperator<Resource<K>> change);

    default void delete(String name) {
        delete(null, name);
    }

    /** Asks for its deletion; one that is not there is no failure. */
    void delete(String namespace, String name);
}

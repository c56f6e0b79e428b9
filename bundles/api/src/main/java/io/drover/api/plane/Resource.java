package io.drover.api.plane;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An object of a kind: its metadata, and its own fields as that kind's record.
 *
 * @param metadata read-only by convention; change a copy
 * @param <K> the kind, a record that carries {@link io.drover.api.kind.Kind}
 */
public record Resource<K extends Record>(ObjectMeta metadata, K value) {

    /** A new object named {@code name}. */
    public static <K extends Record> Resource<K> named(String name, K value) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(name);
        return new Resource<>(metadata, value);
    }

    public static <K extends Record> Resource<K> named(String namespace, String name, K value) {
        Resource<K> resource = named(name, value);
        resource.metadata.setNamespace(namespace);
        return resource;
    }

    public String name() {
        return metadata.getName();
    }

    /** Empty for a kind of cluster scope. */
    public Optional<String> namespace() {
        return Optional.ofNullable(metadata.getNamespace());
    }

    public Optional<String> annotation(String key) {
        Map<String, String> annotations = metadata.getAnnotations();
        return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(key));
    }

    public Optional<String> label(String key) {
        Map<String, String> labels = metadata.getLabels();
        return labels == null ? Optional.empty() : Optional.ofNullable(labels.get(key));
    }

    /** Whether its deletion was asked for and only finalizers keep it. */
    public boolean isBeingDeleted() {
        return metadata.getDeletionTimestamp() != null;
    }

    public Resource<K> with(UnaryOperator<K> change) {
        return new Resource<>(metadata, change.apply(value));
    }

    /** A copy whose metadata {@code change} may alter. */
    public Resource<K> withMetadata(java.util.function.Consumer<ObjectMeta> change) {
        ObjectMeta copy = metadata.toBuilder().build();
        change.accept(copy);
        return new Resource<>(copy, value);
    }
}

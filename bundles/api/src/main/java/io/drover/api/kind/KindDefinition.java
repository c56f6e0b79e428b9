package io.drover.api.kind;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kind as its record defines it, read once: its face in the Kubernetes API, and its face under {@code /v3}. Immutable, for any thread.
 */
public final class KindDefinition {

    private static final ClassValue<KindDefinition> DEFINITIONS = new ClassValue<>() {
        @Override
        protected KindDefinition computeValue(Class<?> type) {
            return new KindDefinition(type.asSubclass(Record.class));
        }
    };

    private final Class<? extends Record> type;
    private final Kind kind;
    private final CustomResourceDefinition customResourceDefinition;
    private final Optional<RestType> rest;

    private KindDefinition(Class<? extends Record> type) {
        this.type = type;
        this.kind = Optional.ofNullable(type.getAnnotation(Kind.class))
                .orElseThrow(() -> new IllegalArgumentException(type.getName() + " carries no @Kind"));
        this.customResourceDefinition = CustomResources.definition(this);
        this.rest = Optional.ofNullable(type.getAnnotation(Rest.class))
                .map(face -> RestTypes.ofKind(type, kind.namespaced(), face));
    }

    /**
     * The definition in that record.
     *
     * @throws IllegalArgumentException if it carries no {@link Kind} or has a component of a type that can't be stored
     */
    public static KindDefinition of(Class<? extends Record> kind) {
        return DEFINITIONS.get(kind);
    }

    public Class<? extends Record> type() {
        return type;
    }

    public String group() {
        return kind.group();
    }

    public String version() {
        return kind.version();
    }

    /** {@code management.cattle.io/v3} */
    public String apiVersion() {
        return group() + "/" + version();
    }

    /** {@code Cluster} */
    public String kind() {
        return type.getSimpleName();
    }

    /** {@code clusters} */
    public String plural() {
        return kind.plural();
    }

    /** {@code cluster} */
    public String singular() {
        return kind().toLowerCase(Locale.ROOT);
    }

    public boolean namespaced() {
        return kind.namespaced();
    }

    public List<String> shortNames() {
        return List.of(kind.shortNames());
    }

    public boolean statusSubresource() {
        return kind.statusSubresource();
    }

    public List<Kind.Column> columns() {
        return List.of(kind.columns());
    }

    /** What installs the kind in a Kubernetes API; the same object each time, so not to be changed. */
    public CustomResourceDefinition customResourceDefinition() {
        return customResourceDefinition;
    }

    /** How it is shown under {@code /v3}; empty if it is not. */
    public Optional<RestType> rest() {
        return rest;
    }

    @Override
    public String toString() {
        return plural() + "." + group() + "/" + version();
    }
}

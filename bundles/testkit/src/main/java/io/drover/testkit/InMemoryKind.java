package io.drover.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.kind.Kind;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** The objects of one kind: what is stored, and what the informer knows of it. */
final class InMemoryKind<K extends Record> implements Objects<K> {

    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final Kind definition;
    private final StoredForm<K> form;
    private final LongSupplier nextVersion;
    private final Executor informer;
    private final Clock clock;
    private final Map<String, ObjectNode> stored = new TreeMap<>();
    private final Map<String, Resource<K>> known = new ConcurrentHashMap<>();
    /** Touched by the informer's thread alone. */
    private final List<Watched.Listener<K>> listeners = new ArrayList<>();

    private final Watched<K> watched = new Informed();

    InMemoryKind(Class<K> kind, LongSupplier nextVersion, Executor informer, Clock clock) {
        this.definition = Optional.ofNullable(kind.getAnnotation(Kind.class))
                .orElseThrow(() -> new IllegalArgumentException(kind + " carries no @Kind"));
        this.form = new StoredForm<>(kind);
        this.nextVersion = nextVersion;
        this.informer = informer;
        this.clock = clock;
    }

    /** What the informer knows. */
    Watched<K> watched() {
        return watched;
    }

    @Override
    public synchronized Optional<Resource<K>> get(String namespace, String name) {
        return Optional.ofNullable(stored.get(key(namespace, name))).map(form::read);
    }

    @Override
    public synchronized List<Resource<K>> list() {
        return stored.values().stream().map(form::read).toList();
    }

    @Override
    public List<Resource<K>> list(String namespace) {
        return list().stream()
                .filter(r -> r.namespace().equals(Optional.of(namespace)))
                .toList();
    }

    @Override
    public synchronized Resource<K> create(Resource<K> resource) {
        Resource<K> named = resource.withMetadata(this::complete);
        String key = key(named.metadata().getNamespace(), named.name());
        if (stored.containsKey(key)) {
            throw new DroverException(Fault.CONFLICT, definition.plural() + " \"" + named.name() + "\" exists already");
        }
        return store(key, form.write(named));
    }

    @Override
    public synchronized Resource<K> edit(String namespace, String name, UnaryOperator<Resource<K>> change) {
        String key = key(namespace, name);
        ObjectNode before = stored.get(key);
        if (before == null) {
            throw DroverException.notFound(definition.plural() + " \"" + name + "\" not found");
        }
        Resource<K> read = form.read(before);
        ObjectNode after = form.overlay(before, read, change.apply(read));
        if (after.equals(before)) {
            return read;
        }
        Resource<K> edited = form.read(after);
        if (edited.isBeingDeleted() && !hasFinalizers(edited)) {
            return remove(key);
        }
        return store(key, after);
    }

    @Override
    public synchronized void delete(String namespace, String name) {
        String key = key(namespace, name);
        ObjectNode before = stored.get(key);
        if (before == null) {
            return;
        }
        Resource<K> read = form.read(before);
        if (!hasFinalizers(read)) {
            remove(key);
        } else if (!read.isBeingDeleted()) {
            store(key, form.write(read.withMetadata(m -> m.setDeletionTimestamp(now()))));
        }
    }

    private Resource<K> store(String key, ObjectNode json) {
        ((ObjectNode) json.get("metadata")).put("resourceVersion", Long.toString(nextVersion.getAsLong()));
        stored.put(key, json);
        informer.execute(() -> {
            Resource<K> after = form.read(json);
            Optional<Resource<K>> before = Optional.ofNullable(known.put(key, after));
            List.copyOf(listeners).forEach(listener -> listener.changed(before, after));
        });
        return form.read(json);
    }

    private Resource<K> remove(String key) {
        Resource<K> last = form.read(stored.remove(key));
        informer.execute(() -> {
            known.remove(key);
            List.copyOf(listeners).forEach(listener -> listener.deleted(last));
        });
        return last;
    }

    private void complete(ObjectMeta metadata) {
        if (metadata.getName() == null || metadata.getName().isEmpty()) {
            if (metadata.getGenerateName() == null || metadata.getGenerateName().isEmpty()) {
                throw DroverException.rejected("name or generateName is required");
            }
            metadata.setName(metadata.getGenerateName() + suffix());
        }
        if (definition.namespaced() == (metadata.getNamespace() == null)) {
            throw DroverException.rejected(definition.plural()
                    + (definition.namespaced() ? " need a namespace" : " are of cluster scope: no namespace"));
        }
        metadata.setUid(UUID.randomUUID().toString());
        metadata.setCreationTimestamp(now());
        metadata.setDeletionTimestamp(null);
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static boolean hasFinalizers(Resource<?> resource) {
        Collection<String> finalizers = resource.metadata().getFinalizers();
        return finalizers != null && !finalizers.isEmpty();
    }

    private static String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(SUFFIX_LETTERS.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_LETTERS.length())));
        }
        return suffix.toString();
    }

    private static String key(String namespace, String name) {
        return (namespace == null ? "" : namespace) + "/" + name;
    }

    private final class Informed implements Watched<K> {

        @Override
        public Optional<Resource<K>> get(String namespace, String name) {
            return Optional.ofNullable(known.get(key(namespace, name)));
        }

        @Override
        public Collection<Resource<K>> list() {
            return List.copyOf(known.values());
        }

        @Override
        public boolean isSynced() {
            return true;
        }

        @Override
        public AutoCloseable listen(Listener<K> listener) {
            informer.execute(() -> {
                known.values().forEach(resource -> listener.changed(Optional.empty(), resource));
                listeners.add(listener);
            });
            return () -> informer.execute(() -> listeners.remove(listener));
        }
    }
}

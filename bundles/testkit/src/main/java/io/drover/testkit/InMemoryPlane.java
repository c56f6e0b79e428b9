package io.drover.testkit;

import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A management plane without a server: kinds only, kept in memory, with the promises of {@link ManagementPlane}.
 *
 * <p>Like the real one it stores JSON, so every object that comes out is a fresh copy; gives uids, versions and generated names; keeps
 * objects with finalizers until the last is gone; and tells watchers later, on a thread of its own. {@link #settle} waits until they
 * have heard of everything written so far.
 */
public final class InMemoryPlane implements ManagementPlane, AutoCloseable {

    private static final long SETTLE_SECONDS = 30;

    private final Map<Class<?>, InMemoryKind<?>> kinds = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final ThreadLocal<Boolean> onInformer = ThreadLocal.withInitial(() -> false);
    private final ExecutorService informer;
    private final Optional<KubernetesClient> client;
    private final Clock clock;

    public InMemoryPlane() {
        this(Clock.systemUTC(), Optional.empty());
    }

    /** @param client what {@link #client} answers; for tests that need Kubernetes' own objects as well */
    public InMemoryPlane(Clock clock, Optional<KubernetesClient> client) {
        this.clock = clock;
        this.client = client;
        this.informer = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "in-memory-informer");
            thread.setDaemon(true);
            return thread;
        });
        informer.execute(() -> onInformer.set(true));
    }

    @Override
    public KubernetesClient client() {
        return client.orElseThrow(() -> new UnsupportedOperationException("This plane holds kinds only"));
    }

    @Override
    public <K extends Record> Objects<K> objects(Class<K> kind) {
        return kind(kind);
    }

    @Override
    public <K extends Record> Watched<K> watched(Class<K> kind) {
        Watched<K> watched = kind(kind).watched();
        settle();
        return watched;
    }

    /** Waits until every watcher has heard of all that was written before this call. */
    public void settle() {
        if (onInformer.get()) {
            return;
        }
        try {
            informer.submit(() -> {}).get(SETTLE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while watchers were told", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Watchers do not keep up", e);
        }
    }

    @Override
    public void close() {
        informer.shutdownNow();
    }

    @SuppressWarnings("unchecked")
    private <K extends Record> InMemoryKind<K> kind(Class<K> kind) {
        return (InMemoryKind<K>)
                kinds.computeIfAbsent(kind, k -> new InMemoryKind<>(kind, versions::incrementAndGet, informer, clock));
    }
}

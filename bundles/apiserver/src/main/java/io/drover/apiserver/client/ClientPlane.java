package io.drover.apiserver.client;

import io.drover.api.DroverException;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/** The management plane by a Kubernetes client, wherever that leads to. */
public final class ClientPlane implements ManagementPlane, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 4;

    private final KubernetesClient client;
    private final ScheduledThreadPoolExecutor threads;
    private final Map<Class<?>, Informer<?>> informers = new ConcurrentHashMap<>();

    private ClientPlane(KubernetesClient client, ScheduledThreadPoolExecutor threads) {
        this.client = client;
        this.threads = threads;
    }

    /** The plane of a server in this process. */
    public static ClientPlane of(PlaneServer server) {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS, work -> {
            Thread thread = new Thread(work, "drover-plane-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://management.plane/")
                .withOnlyHttpWatches(true)
                .withRequestRetryBackoffLimit(3)
                .withRequestTimeout((int) PATIENCE.toMillis())
                .withUserAgent("drover")
                .build();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new InProcessHttp(server))
                .withTaskExecutor(threads)
                .build();
        return new ClientPlane(client, threads);
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public <K extends Record> Objects<K> objects(Class<K> kind) {
        return new TypedObjects<>(client, kind);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K extends Record> Watched<K> watched(Class<K> kind) {
        Informer<K> informer = (Informer<K>) informers.computeIfAbsent(kind, k -> {
            Informer<K> started = new Informer<>(client, kind, threads);
            started.start();
            return started;
        });
        try {
            if (!informer.awaitSynced(PATIENCE)) {
                throw DroverException.unavailable(
                        "The management plane did not list " + kind.getSimpleName() + " objects in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DroverException.unavailable("Interrupted while waiting for the management plane");
        }
        return informer;
    }

    @Override
    public void close() {
        informers.values().forEach(Informer::close);
        client.close();
        threads.shutdownNow();
    }
}

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
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The management plane by a Kubernetes client, wherever that leads to. */
public final class ClientPlane implements ManagementPlane, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    /** Without a bound: listeners may wait for other informers. */
    private final ExecutorService work;

    private final ScheduledExecutorService timer;
    private final boolean shared;
    private final Map<Class<?>, Informer<?>> informers = new ConcurrentHashMap<>();

    private ClientPlane(KubernetesClient client, ExecutorService work, ScheduledExecutorService timer, boolean shared) {
        this.client = client;
        this.work = work;
        this.timer = timer;
        this.shared = shared;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The plane of a server in this process. */
    public static ClientPlane of(PlaneServer server) {
        Config nowhere = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://management.plane/")
                .build();
        return over(nowhere, new InProcessHttp(server), false);
    }

    /**
     * The plane that other processes of Drover work on as well.
     *
     * @param config where it is and who we are there
     */
    public static ClientPlane shared(Config config) {
        return over(config, new JdkHttpClientFactory(), true);
    }

    private static ClientPlane over(Config config, HttpClient.Factory http, boolean shared) {
        ThreadFactory factory = threads("drover-plane-");
        ExecutorService work = Executors.newCachedThreadPool(factory);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory);
        Config asked = new ConfigBuilder(config)
                .withOnlyHttpWatches(true)
                .withRequestRetryBackoffLimit(3)
                .withRequestTimeout((int) PATIENCE.toMillis())
                .withUserAgent("drover")
                .build();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(asked)
                .withHttpClientFactory(http)
                .withTaskExecutor(work)
                .build();
        return new ClientPlane(client, work, timer, shared);
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
            Informer<K> started = new Informer<>(client, kind, work, timer);
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
    public boolean isShared() {
        return shared;
    }

    @Override
    public void close() {
        informers.values().forEach(Informer::close);
        client.close();
        timer.shutdownNow();
        work.shutdownNow();
    }
}

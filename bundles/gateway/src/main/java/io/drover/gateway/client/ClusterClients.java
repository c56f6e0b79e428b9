package io.drover.gateway.client;

import io.drover.api.DroverException;
import io.drover.api.cluster.Clusters;
import io.drover.api.plane.ManagementPlane;
import io.drover.gateway.transport.ClusterDirectory;
import io.drover.gateway.transport.ClusterHttp;
import io.drover.gateway.transport.ClusterTarget;
import io.drover.gateway.transport.Reachability;
import io.drover.gateway.tunnel.Tunnels;
import io.drover.wire.SessionStatistics;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Clients are made when first asked for and kept until their cluster goes. */
public final class ClusterClients implements Clusters, AutoCloseable {

    private static final String LOCAL = "local";
    private static final int REQUEST_TIMEOUT_MILLIS = 45_000;

    private final ManagementPlane plane;
    private final ClusterDirectory directory;
    private final Reachability reach;
    private final Tunnels tunnels;
    private final ClusterHttp http;
    private final Executor executor;
    private final ConcurrentHashMap<String, KubernetesClient> clients = new ConcurrentHashMap<>();

    public ClusterClients(
            ManagementPlane plane,
            ClusterDirectory directory,
            Reachability reach,
            Tunnels tunnels,
            ClusterHttp http,
            Executor executor) {
        this.plane = plane;
        this.directory = directory;
        this.reach = reach;
        this.tunnels = tunnels;
        this.http = http;
        this.executor = executor;
    }

    @Override
    public KubernetesClient client(String clusterId) {
        if (clusterId.equals(LOCAL)) {
            return plane.client();
        }
        if (!directory.exists(clusterId)) {
            throw DroverException.notFound(directory.problem(clusterId));
        }
        if (directory.target(clusterId).isEmpty()) {
            throw DroverException.unavailable(directory.problem(clusterId));
        }
        return clients.computeIfAbsent(clusterId, this::connect);
    }

    @Override
    public Reach reach(String clusterId) {
        return clusterId.equals(LOCAL) ? new Reach(true, "") : reach.of(clusterId);
    }

    @Override
    public List<TunnelSession> tunnels() {
        return tunnels.all().stream().map(this::describe).toList();
    }

    @Override
    public AutoCloseable listen(ReachListener listener) {
        return reach.listen(listener);
    }

    /** Closes the client of a cluster that is no more. */
    public void forget(String clusterId) {
        KubernetesClient client = clients.remove(clusterId);
        if (client != null) {
            client.close();
        }
    }

    @Override
    public void close() {
        clients.keySet().forEach(this::forget);
    }

    private KubernetesClient connect(String clusterId) {
        // Address, trust and credential are the transport's affair, and may change while the client lives.
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + clusterId + ".cluster")
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withOnlyHttpWatches(true)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new ClusterClientHttp(() -> target(clusterId), http, executor))
                .withTaskExecutor(executor)
                .build();
    }

    private ClusterTarget target(String clusterId) throws IOException {
        return reach.way(clusterId, false)
                .orElseThrow(() -> new IOException(reach.of(clusterId).reason()));
    }

    private TunnelSession describe(Tunnels.Tunnel tunnel) {
        SessionStatistics seen = tunnel.session().statistics();
        return new TunnelSession(
                tunnel.key(),
                tunnel.remoteAddress(),
                seen.extended() ? "drover/1" : "remotedialer",
                seen.roundTrip().map(Duration::toNanos).map(nanos -> nanos / 1000),
                seen.streams(),
                seen.bytesIn(),
                seen.bytesOut(),
                tunnel.since().toEpochMilli(),
                tunnels.lastEnd(tunnel.key()).map(Tunnels.End::reason));
    }
}

package io.drover.gateway;

import io.drover.api.cluster.Clusters;
import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.gateway.client.ClusterClients;
import io.drover.gateway.http.Services;
import io.drover.gateway.proxy.ClusterDoor;
import io.drover.gateway.transport.ClusterDirectory;
import io.drover.gateway.transport.ClusterHttp;
import io.drover.gateway.transport.Elsewhere;
import io.drover.gateway.transport.KubeSystemIdentity;
import io.drover.gateway.transport.Reachability;
import io.drover.gateway.tunnel.Credentials;
import io.drover.gateway.tunnel.TunnelDoor;
import io.drover.gateway.tunnel.Tunnels;
import io.drover.wire.Limits;
import io.drover.wire.Scheduler;
import io.drover.wire.Session;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies behind the listener, wired together. */
final class Parts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Parts.class);
    private static final int MAX_THREADS = 64;

    private final QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    private final Credentials credentials;
    private final ClusterDirectory directory;
    private final ClusterHttp http;
    private final ClusterClients clients;
    private final TunnelDoor tunnelDoor;
    private final ClusterDoor clusterDoor;

    private final Reachability reach;

    Parts(
            ManagementPlane plane,
            Tunnels tunnels,
            Elsewhere elsewhere,
            Credentials credentials,
            Services services,
            boolean dialLoopback,
            ScheduledExecutorService timer)
            throws Exception {
        this.credentials = credentials;
        threads.setName("clusters");
        threads.start();
        directory = new ClusterDirectory(plane.watched(Cluster.class), credentials, tunnels);
        http = new ClusterHttp(threads, dialLoopback);
        reach = new Reachability(directory, tunnels, elsewhere);
        clients = new ClusterClients(plane, directory, reach, tunnels, http, threads);
        var runtime = new Session.Runtime(threads, Scheduler.of(timer), Limits.DEFAULT);
        tunnelDoor = new TunnelDoor(plane, credentials, tunnels, new KubeSystemIdentity(http), runtime, timer, threads);
        clusterDoor = new ClusterDoor(services, directory, reach, http);
        tunnels.listen(key -> threads.execute(() -> reach.changed(key)));
        directory.listen(id -> {
            if (!directory.exists(id)) {
                clients.forget(id);
            }
            threads.execute(() -> reach.changed(id));
        });
    }

    Clusters clusters() {
        return clients;
    }

    TunnelDoor tunnelDoor() {
        return tunnelDoor;
    }

    ClusterDoor clusterDoor() {
        return clusterDoor;
    }

    /** Another process has got or lost the cluster's tunnel. */
    void changedElsewhere(String clusterId) {
        threads.execute(() -> reach.changed(clusterId));
    }

    @Override
    public void close() {
        for (AutoCloseable part :
                new AutoCloseable[] {tunnelDoor, clients, http, directory, credentials, threads::stop}) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("The gateway did not stop cleanly", e);
            }
        }
    }
}

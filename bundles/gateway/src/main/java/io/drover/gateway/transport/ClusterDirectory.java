package io.drover.gateway.transport;

import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.drover.gateway.tunnel.Credentials;
import io.drover.gateway.tunnel.Tunnels;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each cluster's API server is, kept in memory as the Cluster objects and Secrets of the management plane say it. A change of
 * address or authority makes another pool of connections; a change of the token alone does not.
 */
public final class ClusterDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterDirectory.class);
    private static final int HTTPS = 443;

    /** @param problem why there is no target, in words; empty if there is one */
    private record Entry(
            String endpoint, String caCert, boolean direct, String secret, ClusterTarget target, String problem) {}

    private final Watched<Cluster> clusters;
    private final Credentials credentials;
    private final Tunnels tunnels;
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, String> clusterOfSecret = new ConcurrentHashMap<>();
    private final AutoCloseable watch;

    public ClusterDirectory(Watched<Cluster> clusters, Credentials credentials, Tunnels tunnels) {
        this.clusters = clusters;
        this.credentials = credentials;
        this.tunnels = tunnels;
        AutoCloseable secrets = credentials.listen(this::secretChanged);
        AutoCloseable objects = clusters.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Cluster>> before, Resource<Cluster> after) {
                look(after);
            }

            @Override
            public void deleted(Resource<Cluster> last) {
                forget(last.name());
            }
        });
        this.watch = () -> {
            objects.close();
            secrets.close();
        };
    }

    /** @param listener told the id of a cluster whose target has come, changed or gone; must return quickly */
    public AutoCloseable listen(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public boolean exists(String clusterId) {
        return entries.containsKey(clusterId);
    }

    public Optional<ClusterTarget> target(String clusterId) {
        Entry entry = entries.get(clusterId);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.target());
    }

    /** Why {@link #target} is empty; empty if it is not. */
    public String problem(String clusterId) {
        Entry entry = entries.get(clusterId);
        return entry == null ? "there is no cluster \"" + clusterId + "\"" : entry.problem();
    }

    public boolean isDirect(String clusterId) {
        Entry entry = entries.get(clusterId);
        return entry != null && entry.direct();
    }

    @Override
    public void close() throws Exception {
        watch.close();
    }

    private void secretChanged(String secret) {
        String clusterId = clusterOfSecret.get(secret);
        if (clusterId != null) {
            clusters.get(clusterId).ifPresent(this::look);
        }
    }

    private synchronized void look(Resource<Cluster> cluster) {
        ClusterStatus status = cluster.value().status();
        boolean direct = Boolean.TRUE.equals(status.dialDirectly());
        Entry before = entries.get(cluster.name());
        Entry after = entry(cluster.name(), status, direct, before);
        entries.put(cluster.name(), after);
        if (after.secret() != null) {
            clusterOfSecret.put(after.secret(), cluster.name());
        }
        if (before == null
                || before.target() != after.target()
                || !before.problem().equals(after.problem())) {
            tell(cluster.name());
        }
    }

    private Entry entry(String id, ClusterStatus status, boolean direct, Entry before) {
        String endpoint = status.apiEndpoint();
        String caCert = status.caCert();
        String secret = status.serviceAccountTokenSecret();
        if (endpoint == null || endpoint.isEmpty()) {
            return new Entry(null, null, direct, secret, null, "the cluster has not been registered by its agent yet");
        }
        Optional<String> token = credentials.token(secret);
        if (token.isEmpty()) {
            return new Entry(endpoint, caCert, direct, secret, null, "Drover's credential for the cluster is missing");
        }
        boolean samePlace = before != null
                && before.target() != null
                && before.direct() == direct
                && endpoint.equals(before.endpoint())
                && Objects.equals(caCert, before.caCert());
        if (samePlace) {
            boolean sameToken = before.target().hasToken(token.get());
            return new Entry(
                    endpoint,
                    caCert,
                    direct,
                    secret,
                    sameToken ? before.target() : before.target().withToken(token.get()),
                    "");
        }
        try {
            URI uri = URI.create(endpoint);
            if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
                throw new IllegalArgumentException("not https://host:port");
            }
            var tls = ClusterTls.trusting(caCert);
            ClusterTransport transport = direct ? new DirectTransport(tls) : new TunnelTransport(id, tunnels, tls);
            var target = ClusterTarget.of(
                    id, uri.getHost(), uri.getPort() < 0 ? HTTPS : uri.getPort(), token.get(), transport);
            return new Entry(endpoint, caCert, direct, secret, target, "");
        } catch (Exception e) {
            log.warn(
                    "A cluster's endpoint can't be used: cluster={} endpoint={} reason={}",
                    id,
                    endpoint,
                    e.getMessage());
            return new Entry(
                    endpoint, caCert, direct, secret, null, "the cluster's endpoint can't be used: " + e.getMessage());
        }
    }

    private synchronized void forget(String id) {
        entries.remove(id);
        clusterOfSecret.values().remove(id);
        tunnels.drop(id, "the cluster was removed");
        tell(id);
    }

    private void tell(String id) {
        listeners.forEach(listener -> listener.accept(id));
    }
}

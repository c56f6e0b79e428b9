package io.drover.gateway.transport;

import io.drover.api.cluster.Clusters;
import io.drover.gateway.tunnel.Tunnels;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which clusters can be reached now, and who wants to know when that changes. */
public final class Reachability {

    private static final Logger log = LoggerFactory.getLogger(Reachability.class);
    private static final Duration COMING_BACK = Duration.ofSeconds(20);
    private static final Clusters.Reach REACHABLE = new Clusters.Reach(true, "");

    private final ClusterDirectory directory;
    private final Tunnels tunnels;
    private final Elsewhere elsewhere;
    private final CopyOnWriteArrayList<Clusters.ReachListener> listeners = new CopyOnWriteArrayList<>();

    public Reachability(ClusterDirectory directory, Tunnels tunnels, Elsewhere elsewhere) {
        this.directory = directory;
        this.tunnels = tunnels;
        this.elsewhere = elsewhere;
    }

    public Clusters.Reach of(String clusterId) {
        if (directory.target(clusterId).isEmpty()) {
            return new Clusters.Reach(false, directory.problem(clusterId));
        }
        if (directory.isDirect(clusterId)
                || tunnels.isUp(clusterId)
                || elsewhere.way(clusterId).isPresent()) {
            return REACHABLE;
        }
        return new Clusters.Reach(
                false,
                tunnels.lastEnd(clusterId)
                        .map(end -> "the cluster's agent is not connected since " + end.at() + ": " + end.reason())
                        .orElse("the cluster's agent is not connected"));
    }

    /**
     * How a request gets to the cluster now.
     *
     * @param fromHere whether it must go from this process, because another one sent it here
     */
    public Optional<ClusterTarget> way(String clusterId, boolean fromHere) {
        Optional<ClusterTarget> target = directory.target(clusterId);
        if (target.isEmpty() || target.get().transport() instanceof DirectTransport || tunnels.isUp(clusterId)) {
            return target;
        }
        return fromHere ? Optional.empty() : elsewhere.way(clusterId);
    }

    /** Whether the cluster was reachable moments ago, so that its agent is probably on its way back. */
    public boolean isExpected(String clusterId) {
        return tunnels.lastEnd(clusterId)
                .filter(end -> end.at().isAfter(Instant.now().minus(COMING_BACK)))
                .isPresent();
    }

    public AutoCloseable listen(Clusters.ReachListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells the listeners, in the order of what they are told; called when something about that cluster has changed. */
    public synchronized void changed(String clusterId) {
        Clusters.Reach reach = of(clusterId);
        for (Clusters.ReachListener listener : listeners) {
            try {
                listener.reachChanged(clusterId, reach);
            } catch (RuntimeException e) {
                log.warn("A listener to clusters' reach failed: cluster={}", clusterId, e);
            }
        }
    }
}

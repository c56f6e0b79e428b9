package io.drover.api.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** The clusters as they can be reached now, through their tunnels or directly. Any thread. */
@ProviderType
public interface Clusters {

    /**
     * A client of that cluster's API with Drover's own rights there. Shared, never closed by its users; it follows the tunnel when that
     * reconnects.
     *
     * @throws io.drover.api.DroverException {@code NOT_FOUND} for an unknown cluster, {@code UNAVAILABLE} while its endpoint is not known
     */
    KubernetesClient client(String clusterId);

    /** Whether a request would reach the cluster's agent now, or it needs none; the reason if not. */
    Reach reach(String clusterId);

    /** The tunnels that are up. */
    List<TunnelSession> tunnels();

    /** Tells of each change of {@link #reach}, on any thread; return quickly. The returned handle ends it. */
    AutoCloseable listen(ReachListener listener);

    /** @param reason a sentence when not reachable: since when, and why the last tunnel ended */
    record Reach(boolean reachable, String reason) {}

    @ConsumerType
    interface ReachListener {
        void reachChanged(String clusterId, Reach reach);
    }

    /**
     * One agent's tunnel.
     *
     * @param key {@code c-abcde}, or {@code c-abcde:m-…} for a node
     * @param dialect {@code drover/1} or {@code remotedialer}
     * @param roundTripMicros empty before the first answer
     * @param sinceEpochMillis when it connected
     * @param lastEnd why the tunnel before it ended
     */
    record TunnelSession(
            String key,
            String remoteAddress,
            String dialect,
            Optional<Long> roundTripMicros,
            int openStreams,
            long bytesIn,
            long bytesOut,
            long sinceEpochMillis,
            Optional<String> lastEnd) {}
}

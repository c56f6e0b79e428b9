package io.drover.gateway.transport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.eclipse.jetty.http.HttpFields;

/** Clusters as they are reached through another process of Drover: beneath its own {@code /k8s/clusters}. */
public final class PeerTargets {

    private final HttpFields credentials;
    private final ClusterTransport transport;

    /**
     * @param authority of the other processes' certificates, PEM
     * @param credentials by which they know this process
     */
    public PeerTargets(String authority, HttpFields credentials) throws Exception {
        this.credentials = credentials;
        String encoded = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
        this.transport = new DirectTransport(ClusterTls.trusting(encoded), true);
    }

    public ClusterTarget target(String clusterId, URI peer) {
        return new ClusterTarget(
                clusterId, peer.getHost(), peer.getPort(), "/k8s/clusters/" + clusterId, credentials, transport);
    }
}

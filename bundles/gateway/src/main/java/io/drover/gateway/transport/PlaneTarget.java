package io.drover.gateway.transport;

import io.drover.api.plane.PlaneEndpoint;
import org.eclipse.jetty.http.HttpFields;

/** The cluster that holds the management plane, as a target. */
public final class PlaneTarget {

    private static final int HTTPS = 443;

    private final PlaneEndpoint endpoint;
    private volatile ClusterTarget target;

    public PlaneTarget(PlaneEndpoint endpoint) throws Exception {
        this.endpoint = endpoint;
        int port = endpoint.server().getPort();
        this.target = new ClusterTarget(
                "local",
                endpoint.server().getHost(),
                port < 0 ? HTTPS : port,
                "",
                HttpFields.EMPTY,
                new DirectTransport(ClusterTls.with(endpoint.tls()), true));
    }

    public boolean isFor(PlaneEndpoint other) {
        return endpoint == other;
    }

    /** With the token that counts now. */
    public ClusterTarget now() {
        ClusterTarget known = target;
        String token = endpoint.bearerToken().orElse("");
        if (!token.isEmpty() && !known.hasToken(token)) {
            known = known.withToken(token);
            target = known;
        }
        return known;
    }
}

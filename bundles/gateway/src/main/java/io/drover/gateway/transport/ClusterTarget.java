package io.drover.gateway.transport;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * A cluster's API server, ready to be called.
 *
 * @param authorization Drover's own credential there
 */
public record ClusterTarget(
        String clusterId, String host, int port, HttpField authorization, ClusterTransport transport) {

    ClusterTarget withToken(String token) {
        return new ClusterTarget(clusterId, host, port, bearer(token), transport);
    }

    static HttpField bearer(String token) {
        return new PreEncodedHttpField(HttpHeader.AUTHORIZATION, "Bearer " + token);
    }

    @Override
    public String toString() {
        return "ClusterTarget[" + clusterId + " at " + host + ":" + port + "]";
    }
}

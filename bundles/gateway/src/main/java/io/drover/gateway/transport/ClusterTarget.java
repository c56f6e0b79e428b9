package io.drover.gateway.transport;

import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * A cluster's API server, ready to be called.
 *
 * @param prefix what goes before a request's path there; mostly empty
 * @param credentials the headers that say who we are there; empty where a certificate does
 */
public record ClusterTarget(
        String clusterId, String host, int port, String prefix, HttpFields credentials, ClusterTransport transport) {

    static ClusterTarget of(String clusterId, String host, int port, String token, ClusterTransport transport) {
        return new ClusterTarget(clusterId, host, port, "", bearer(token), transport);
    }

    ClusterTarget withToken(String token) {
        return new ClusterTarget(clusterId, host, port, prefix, bearer(token), transport);
    }

    boolean hasToken(String token) {
        return Optional.of("Bearer " + token).equals(Optional.ofNullable(credentials.get(HttpHeader.AUTHORIZATION)));
    }

    private static HttpFields bearer(String token) {
        return HttpFields.from(new PreEncodedHttpField(HttpHeader.AUTHORIZATION, "Bearer " + token));
    }

    @Override
    public String toString() {
        return "ClusterTarget[" + clusterId + " at " + host + ":" + port + "]";
    }
}

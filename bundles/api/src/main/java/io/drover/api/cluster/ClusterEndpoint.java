package io.drover.api.cluster;

import java.net.URI;

/**
 * Where and how a cluster's API server answers.
 *
 * @param server {@code https://host:port}
 * @param caCertificates PEM; the only certificates trusted there; empty = the system's
 * @param bearerToken Drover's own credential in that cluster
 * @param direct whether it is dialled directly instead of through its agent's tunnel
 */
public record ClusterEndpoint(URI server, String caCertificates, String bearerToken, boolean direct) {

    @Override
    public String toString() {
        return "ClusterEndpoint[" + server + (direct ? ", direct]" : ", by tunnel]");
    }
}

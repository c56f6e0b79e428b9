package io.drover.controllers.cluster;

import io.drover.api.cluster.Clusters;

/** Where a {@link Downstream} comes from, given a cluster's id. */
interface Downstreams {

    /** @throws io.drover.api.DroverException {@code UNAVAILABLE} while nobody knows where the cluster's API answers */
    Downstream of(String clusterId);

    static Downstreams through(Clusters clusters) {
        return id -> new KubernetesDownstream(clusters.client(id));
    }
}

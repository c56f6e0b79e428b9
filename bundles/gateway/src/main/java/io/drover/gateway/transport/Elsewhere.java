package io.drover.gateway.transport;

import java.util.Optional;

/** Other processes of Drover, which may have the tunnel that this one lacks. */
public interface Elsewhere {

    /** This process is alone. */
    Elsewhere NOWHERE = clusterId -> Optional.empty();

    /** The process that has the cluster's tunnel, as a way to the cluster. From memory. */
    Optional<ClusterTarget> way(String clusterId);
}

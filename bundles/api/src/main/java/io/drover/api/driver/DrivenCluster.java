package io.drover.api.driver;

import io.drover.api.cluster.ClusterEndpoint;
import java.util.Optional;

/**
 * A cluster as its driver sees it.
 *
 * @param id name of the Cluster object
 * @param settings what its owner asked for
 * @param registered what the cluster's agent told when it connected; empty before it ever did
 */
public record DrivenCluster<S extends Record>(
        String id, String displayName, S settings, Optional<ClusterEndpoint> registered) {}

package io.drover.api.driver;

import io.drover.api.cluster.ClusterEndpoint;
import java.time.Duration;
import java.util.List;

/** How far a cluster has come. */
public sealed interface Progress {

    /** The cluster runs as asked, and its Kubernetes API answers at {@code endpoint}. */
    record Ready(ClusterEndpoint endpoint) implements Progress {}

    /** Work is under way elsewhere. {@code reason} is shown to the owner as it stands. */
    record Waiting(String reason, Duration lookAgainIn) implements Progress {}

    /** Nothing of the cluster is left but {@code leftBehind}: a line for each thing that could not be reached to be removed. */
    record Gone(List<String> leftBehind) implements Progress {}
}

package io.drover.gateway.tunnel;

import java.util.concurrent.CompletionStage;

/** Asks a cluster which one it is. */
public interface ClusterIdentity {

    /**
     * The uid of the namespace {@code kube-system}, which a cluster has as long as it lives, whatever becomes of its certificates.
     *
     * @param tunnels through those of this key it is asked, and nobody else uses them
     * @param registration what its agent says of it
     * @return fails in words for the agent if the cluster does not answer within 15 seconds
     */
    CompletionStage<String> ask(Tunnels tunnels, String key, Registration registration);
}

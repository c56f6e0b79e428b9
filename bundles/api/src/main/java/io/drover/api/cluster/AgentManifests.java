package io.drover.api.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is applied in a cluster so that its agent runs there and dials in. Names and order of the objects are those that existing
 * clients know. Any thread.
 */
@ProviderType
public interface AgentManifests {

    /**
     * The manifest of one cluster, as {@code kubectl apply -f -} takes it: YAML, one document an object. Answers from memory.
     *
     * @param clusterId name of the Cluster object
     * @param token the cluster's registration token, in clear
     * @param serverUrl where the agent dials, such as {@code https://drover.example.com}; a path in it is dropped by agents
     */
    String manifest(String clusterId, String token, URI serverUrl);

    /** What every manifest creates, as {@code Kind name} or {@code Kind namespace/name}: for telling what was left behind. */
    List<String> objects();

    /**
     * Removes from a cluster what the manifest created, and the agent with it. The call returns once the cluster accepted the removal;
     * soon after that its tunnel ends. What is gone already is no failure. Blocks, at most 30 seconds.
     *
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if the cluster stopped answering before it had accepted everything
     */
    void remove(KubernetesClient cluster);
}

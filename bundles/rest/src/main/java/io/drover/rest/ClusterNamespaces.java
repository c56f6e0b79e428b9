package io.drover.rest;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where what belongs to a cluster lives. The clusters' reconciler makes what is missing; who has made a cluster need not wait for it. */
interface ClusterNamespaces {

    void create(String clusterId);

    static ClusterNamespaces in(KubernetesClient client) {
        Logger log = LoggerFactory.getLogger(ClusterNamespaces.class);
        return clusterId -> {
            Namespace namespace = new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(clusterId)
                    .endMetadata()
                    .build();
            try {
                client.namespaces().resource(namespace).create();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    log.warn("A new cluster's namespace comes later: cluster={}", clusterId, e);
                }
            }
        };
    }
}

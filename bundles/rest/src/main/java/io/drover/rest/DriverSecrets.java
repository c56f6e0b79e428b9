package io.drover.rest;

import io.drover.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The secrets among clusters' settings, which are kept apart from them. */
interface DriverSecrets {

    /** Adds to what is kept of that cluster. */
    void keep(String clusterId, Map<String, String> secrets);

    void forget(String clusterId);

    /** In the Secrets of the management plane where the clusters' reconciler looks for them. */
    static DriverSecrets in(KubernetesClient client) {
        return new DriverSecrets() {
            @Override
            public void keep(String clusterId, Map<String, String> secrets) {
                Secret before = of(clusterId).get();
                Map<String, String> data = new HashMap<>();
                if (before != null && before.getData() != null) {
                    data.putAll(before.getData());
                }
                secrets.forEach((key, value) ->
                        data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
                SecretBuilder secret = before == null
                        ? new SecretBuilder()
                                .withNewMetadata()
                                .withNamespace(Cluster.CREDENTIALS_NAMESPACE)
                                .withName(Cluster.settingsSecret(clusterId))
                                .endMetadata()
                                .withType("Opaque")
                        : before.toBuilder();
                Resource<Secret> resource = client.secrets()
                        .inNamespace(Cluster.CREDENTIALS_NAMESPACE)
                        .resource(secret.withData(data).build());
                if (before == null) {
                    resource.create();
                } else {
                    resource.update();
                }
            }

            @Override
            public void forget(String clusterId) {
                of(clusterId).delete();
            }

            private Resource<Secret> of(String clusterId) {
                return client.secrets()
                        .inNamespace(Cluster.CREDENTIALS_NAMESPACE)
                        .withName(Cluster.settingsSecret(clusterId));
            }
        };
    }
}

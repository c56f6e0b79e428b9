package io.drover.gateway.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.model.Cluster;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Credentials as Secrets of the management plane, kept in memory as they are there. */
public final class StoredCredentials implements Credentials {

    private static final String KEY = "credential";

    private final KubernetesClient plane;
    private final ConcurrentHashMap<String, String> tokens = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final SharedIndexInformer<Secret> informer;

    public StoredCredentials(KubernetesClient plane) {
        this.plane = plane;
        this.informer = plane.secrets()
                .inNamespace(Cluster.CREDENTIALS_NAMESPACE)
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Secret secret) {
                        keep(secret);
                    }

                    @Override
                    public void onUpdate(Secret before, Secret after) {
                        keep(after);
                    }

                    @Override
                    public void onDelete(Secret secret, boolean unknown) {
                        tokens.remove(secret.getMetadata().getName());
                        tell(secret.getMetadata().getName());
                    }
                });
    }

    @Override
    public Optional<String> token(String secretName) {
        return secretName == null ? Optional.empty() : Optional.ofNullable(tokens.get(secretName));
    }

    @Override
    public AutoCloseable listen(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public String store(String clusterId, String clusterUid, String token) {
        String name = "cluster-serviceaccounttoken-" + clusterId;
        Secret wanted = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(Cluster.CREDENTIALS_NAMESPACE)
                .withName(name)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("management.cattle.io/v3")
                        .withKind("Cluster")
                        .withName(clusterId)
                        .withUid(clusterUid)
                        .build())
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of(KEY, Base64.getEncoder().encodeToString(token.getBytes(UTF_8))))
                .build();
        var secrets = plane.secrets().inNamespace(Cluster.CREDENTIALS_NAMESPACE);
        try {
            if (secrets.withName(name).get() == null) {
                secrets.resource(wanted).create();
            } else {
                secrets.withName(name).edit(found -> new SecretBuilder(found)
                        .withData(wanted.getData())
                        .build());
            }
        } catch (KubernetesClientException e) {
            throw DroverException.unavailable("the cluster's credential could not be stored: " + e.getMessage());
        }
        tokens.put(name, token);
        return name;
    }

    @Override
    public void close() {
        informer.close();
    }

    private void keep(Secret secret) {
        String name = secret.getMetadata().getName();
        String encoded = secret.getData() == null ? null : secret.getData().get(KEY);
        if (encoded == null) {
            tokens.remove(name);
        } else {
            tokens.put(name, new String(Base64.getDecoder().decode(encoded), UTF_8));
        }
        tell(name);
    }

    private void tell(String secretName) {
        listeners.forEach(listener -> listener.accept(secretName));
    }
}

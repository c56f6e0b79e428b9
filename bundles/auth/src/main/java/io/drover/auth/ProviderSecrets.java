package io.drover.auth;

import io.drover.api.plane.ManagementPlane;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The secrets of configurations and of people who signed in, in Kubernetes Secrets. */
interface ProviderSecrets {

    void put(String namespace, String name, String key, String value);

    Optional<String> get(String namespace, String name, String key);

    /** What is there, or else what is made now: the same for all servers, also if several ask at once. */
    String getOrMake(String namespace, String name, String key, Supplier<String> make);

    /** All keys of that name. */
    void delete(String namespace, String name);

    static ProviderSecrets in(ManagementPlane plane) {
        return new ProviderSecrets() {
            @Override
            public void put(String namespace, String name, String key, String value) {
                String encoded = encoded(value);
                var secrets = plane.client().secrets().inNamespace(namespace);
                Secret before = secrets.withName(name).get();
                if (before == null) {
                    secrets.resource(secret(name, key, encoded)).create();
                    return;
                }
                secrets.withName(name).edit(secret -> {
                    Map<String, String> data = secret.getData() == null ? new HashMap<>() : secret.getData();
                    data.put(key, encoded);
                    secret.setData(data);
                    return secret;
                });
            }

            @Override
            public Optional<String> get(String namespace, String name, String key) {
                return Optional.ofNullable(plane.client()
                                .secrets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(Secret::getData)
                        .map(data -> data.get(key))
                        .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
            }

            @Override
            public String getOrMake(String namespace, String name, String key, Supplier<String> make) {
                return get(namespace, name, key).orElseGet(() -> {
                    String made = make.get();
                    try {
                        plane.client()
                                .secrets()
                                .inNamespace(namespace)
                                .resource(secret(name, key, encoded(made)))
                                .create();
                        return made;
                    } catch (KubernetesClientException e) {
                        // Perhaps another server was faster.
                        return get(namespace, name, key).orElseThrow(() -> e);
                    }
                });
            }

            private static String encoded(String value) {
                return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
            }

            private static Secret secret(String name, String key, String encoded) {
                return new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withType("Opaque")
                        .withData(Map.of(key, encoded))
                        .build();
            }

            @Override
            public void delete(String namespace, String name) {
                plane.client().secrets().inNamespace(namespace).withName(name).delete();
            }
        };
    }
}

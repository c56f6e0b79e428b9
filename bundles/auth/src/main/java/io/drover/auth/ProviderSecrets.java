package io.drover.auth;

import io.drover.api.plane.ManagementPlane;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The secrets of configurations and of people who signed in, in Kubernetes Secrets. */
interface ProviderSecrets {

    void put(String namespace, String name, String key, String value);

    Optional<String> get(String namespace, String name, String key);

    /** All keys of that name. */
    void delete(String namespace, String name);

    static ProviderSecrets in(ManagementPlane plane) {
        return new ProviderSecrets() {
            @Override
            public void put(String namespace, String name, String key, String value) {
                String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
                var secrets = plane.client().secrets().inNamespace(namespace);
                Secret before = secrets.withName(name).get();
                if (before == null) {
                    secrets.resource(new SecretBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .withType("Opaque")
                                    .withData(Map.of(key, encoded))
                                    .build())
                            .create();
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
            public void delete(String namespace, String name) {
                plane.client().secrets().inNamespace(namespace).withName(name).delete();
            }
        };
    }
}

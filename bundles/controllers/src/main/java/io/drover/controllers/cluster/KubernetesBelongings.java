package io.drover.controllers.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.model.Cluster;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Namespaces, Secrets and Events of the management plane. */
final class KubernetesBelongings implements Belongings {

    private static final String CREDENTIAL = "credential";
    private static final int LONGEST_NOTE = 1024;

    private final KubernetesClient plane;
    private final Clock clock;

    KubernetesBelongings(KubernetesClient plane, Clock clock) {
        this.plane = plane;
        this.clock = clock;
    }

    @Override
    public void ensureNamespace(String clusterId) {
        if (plane.namespaces().withName(clusterId).get() != null) {
            return;
        }
        createIfAbsent(plane.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(clusterId)
                        .endMetadata()
                        .build()));
    }

    private static void createIfAbsent(Resource<?> object) {
        try {
            object.create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    @Override
    public Optional<String> credential(String secretName) {
        return Optional.ofNullable(read(secretName).get(CREDENTIAL));
    }

    @Override
    public void keepCredential(String secretName, String token) {
        keep(secretName, Map.of(CREDENTIAL, token));
    }

    @Override
    public Map<String, String> driverSecrets(String clusterId) {
        return read(Cluster.settingsSecret(clusterId));
    }

    @Override
    public void keepDriverSecrets(String clusterId, Map<String, String> secrets) {
        keep(Cluster.settingsSecret(clusterId), secrets);
    }

    @Override
    public void removeSecrets(String clusterId, Optional<String> credentialSecret) {
        credentialSecret.ifPresent(name -> secret(name).delete());
        secret(Cluster.settingsSecret(clusterId)).delete();
    }

    @Override
    public void removeNamespace(String clusterId) {
        plane.namespaces().withName(clusterId).delete();
    }

    @Override
    public void leaveNote(String clusterId, String clusterUid, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String note = message.length() <= LONGEST_NOTE ? message : message.substring(0, LONGEST_NOTE - 1) + "…";
        var event = plane.v1()
                .events()
                .inNamespace("default")
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(clusterId + "." + reason.toLowerCase(Locale.ROOT))
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("management.cattle.io/v3")
                        .withKind("Cluster")
                        .withName(clusterId)
                        .withUid(clusterUid)
                        .endInvolvedObject()
                        .withReason(reason)
                        .withMessage(note)
                        .withType("Warning")
                        .withNewSource()
                        .withComponent("drover")
                        .endSource()
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build());
        createIfAbsent(event);
    }

    private Map<String, String> read(String name) {
        Secret found = secret(name).get();
        Map<String, String> values = new HashMap<>();
        if (found != null && found.getData() != null) {
            found.getData()
                    .forEach((key, value) ->
                            values.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
        }
        return values;
    }

    private void keep(String name, Map<String, String> values) {
        Map<String, String> merged = read(name);
        boolean absent = merged.isEmpty();
        if (merged.entrySet().containsAll(values.entrySet())) {
            return;
        }
        merged.putAll(values);
        Map<String, String> data = new HashMap<>();
        merged.forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        var secret = plane.secrets()
                .inNamespace(Cluster.CREDENTIALS_NAMESPACE)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(Cluster.CREDENTIALS_NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withType("Opaque")
                        .withData(data)
                        .build());
        if (absent) {
            secret.create();
        } else {
            secret.update();
        }
    }

    private Resource<Secret> secret(String name) {
        return plane.secrets().inNamespace(Cluster.CREDENTIALS_NAMESPACE).withName(name);
    }
}

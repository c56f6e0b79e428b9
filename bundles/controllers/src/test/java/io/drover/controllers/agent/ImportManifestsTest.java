package io.drover.controllers.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.model.Cluster;
import io.drover.api.model.Setting;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImportManifestsTest {

    private static final String TOKEN = "bcdfghjklmnpqrstvwxz2456789".repeat(2);
    private static final URI SERVER = URI.create("https://mgmt.example.com");

    private final InMemoryPlane plane = new InMemoryPlane();

    @BeforeEach
    void settings() {
        set("agent-image", "drover/cluster-agent:1");
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private void set(String name, String value) {
        plane.objects(Setting.class).create(Resource.named(name, new Setting("", value, false, "default")));
    }

    private List<HasMetadata> manifest() {
        String yaml = new ImportManifests(plane).manifest("c-abcde", TOKEN, SERVER);
        return Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(document -> !document.isBlank())
                .map(document -> (HasMetadata) Serialization.unmarshal(document))
                .toList();
    }

    private <T extends HasMetadata> T only(Class<T> kind) {
        return manifest().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private Container container() {
        return only(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
    }

    private Map<String, String> environment() {
        return container().getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, variable -> String.valueOf(variable.getValue())));
    }

    @Test
    void hasTheObjectsThatClientsKnowInTheirOrder() {
        assertThat(manifest().stream()
                        .map(object ->
                                object.getKind() + " " + object.getMetadata().getName()))
                .containsExactly(
                        "ClusterRole proxy-clusterrole-kubeapiserver",
                        "ClusterRoleBinding proxy-role-binding-kubernetes-master",
                        "Namespace cattle-system",
                        "ServiceAccount cattle",
                        "ClusterRoleBinding cattle-admin-binding",
                        "Secret cattle-credentials-" + Fingerprints.credentialsKey(SERVER.toString(), TOKEN, ""),
                        "ClusterRole cattle-admin",
                        "Deployment cattle-cluster-agent",
                        "Service cattle-cluster-agent");
    }

    @Test
    void givesTheAgentItsCredentialsByAMountedSecret() {
        Secret credentials = only(Secret.class);
        assertThat(new String(Base64.getDecoder().decode(credentials.getData().get("url")), UTF_8))
                .isEqualTo(SERVER.toString());
        assertThat(new String(Base64.getDecoder().decode(credentials.getData().get("token")), UTF_8))
                .isEqualTo(TOKEN);
        assertThat(environment())
                .containsEntry("CATTLE_SERVER", SERVER.toString())
                .containsEntry("CATTLE_CLUSTER", "true")
                .containsEntry("CATTLE_K8S_MANAGED", "true")
                .containsEntry(
                        "CATTLE_CREDENTIAL_NAME", credentials.getMetadata().getName());
        assertThat(container().getVolumeMounts().get(0).getMountPath()).isEqualTo("/cattle-credentials");
    }

    @Test
    void letsTheAgentDoNoMoreThanItNeedsOnItsNode() {
        var pod = only(Deployment.class).getSpec().getTemplate().getSpec();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1000);
        assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(1000);
        assertThat(pod.getVolumes().get(0).getSecret().getDefaultMode()).isEqualTo(0440);
        assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container().getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container().getResources().getLimits()).containsKey("memory");
        assertThat(container().getArgs()).isEmpty();
    }

    @Test
    void tellsTheAgentWhomToTrustAndPullsFromTheInstallationsRegistry() {
        set("system-default-registry", "registry.example.com");
        set("cacerts", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        assertThat(container().getImage()).isEqualTo("registry.example.com/drover/cluster-agent:1");
        assertThat(environment())
                .containsEntry("CATTLE_CA_CHECKSUM", "7cc358aa45100f42d57b76e9b235253bfc6fc830b3e45858d2bc473657aae3f7")
                .containsEntry("STRICT_VERIFY", "true")
                .containsEntry("CATTLE_SYSTEM_DEFAULT_REGISTRY", "registry.example.com");
    }

    @Test
    void takesTheImageThatAClusterAsksFor() {
        plane.objects(Cluster.class)
                .create(Resource.named(
                        "c-abcde",
                        new Cluster(new Cluster.ClusterSpec("lab", "", false, null, "mirror/agent:2", null), null)));

        assertThat(container().getImage()).isEqualTo("mirror/agent:2");
    }

    @Test
    void keepsQuotesAndLinesOfItsInputInsideTheirValues() {
        String yaml = new ImportManifests(plane)
                .manifest("c-abcde", "t\"\n---\nkind: Evil", URI.create("https://mgmt.example.com/%22"));

        assertThat(yaml.lines().filter(line -> line.startsWith("kind:")))
                .hasSize(9)
                .noneMatch(l -> l.contains("Evil"));
    }

    @Test
    void namesWhatItCreates() {
        assertThat(new ImportManifests(plane).objects())
                .contains("Deployment cattle-system/cattle-cluster-agent", "ClusterRole cattle-admin")
                .hasSize(9);
    }
}

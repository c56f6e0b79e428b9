package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers whose management plane is a real Kubernetes' API server. */
@Timeout(300)
class ExternalPlaneTest {

    private static final String LOCAL = "/k8s/clusters/local";
    private static final String MANAGEMENT = LOCAL + "/apis/management.cattle.io/v3";
    private static final Duration FAIL_OVER = Duration.ofSeconds(10);

    @Test
    void twoServersShareARealClusterAndOneGoesOnWhereTheOtherDied() throws Exception {
        ImportedCluster.requireRealClusters();
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-external").start();
                DroverServer first = startOver(kubernetes);
                DroverServer second = startOver(kubernetes)) {
            // given one sign-in, good at both, which show the same authority
            Http admin = first.admin();
            Http there = second.with(admin.token());
            assertThat(there.get("/v3/users").status())
                    .as("the token counts at the second server at once")
                    .isEqualTo(200);
            assertThat(authorityOf(there)).isEqualTo(authorityOf(admin)).contains("BEGIN CERTIFICATE");
            assertThat(kubernetes
                            .kubectl("get", "users.management.cattle.io", "--output=name")
                            .lines())
                    .hasSize(1);

            // and the real API server behind them
            assertThat(admin.get(LOCAL + "/version").json().path("gitVersion").asText())
                    .isNotEmpty()
                    .isSubstringOf(kubernetes.kubectl("get", "--raw=/version"));
            assertThat(admin.get(MANAGEMENT + "/settings/server-url").status()).isEqualTo(200);

            // when the first is killed
            Wait.until("both have their share", () -> holders(kubernetes).size() == 2);
            first.kill();
            long killed = System.nanoTime();
            Set<String> made = new HashSet<>();
            IntStream.range(0, 12).forEach(i -> made.add(created(there, "after-" + i)));

            // then the second takes all clusters' controllers over
            Duration left = FAIL_OVER.minusNanos(System.nanoTime() - killed);
            Wait.until("all clusters are cared for", left, () -> caredFor(there).containsAll(made));
            Wait.until("the second holds all", () -> holders(kubernetes).size() == 1);
        }
    }

    @Test
    void whatAnotherInstallationLeftIsTakenOverAfterAReportAndAWord() throws Exception {
        ImportedCluster.requireRealClusters();
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-takeover").start();
                DroverServer server = DroverServer.prepared()) {
            String kubeconfig = kubernetes.kubeconfig().toString();
            kubernetes.kubectl(definition("GlobalRole", "globalroles"), "apply", "-f", "-");
            kubernetes.kubectl(definition("Setting", "settings"), "apply", "-f", "-");
            kubernetes.kubectl("wait", "--for=condition=Established", "crd", "--all");
            kubernetes.kubectl(LEFT.getBytes(StandardCharsets.UTF_8), "apply", "-f", "-");
            String before = version(kubernetes);

            // when it is looked at, and when it is started without a word
            Result report = server.script("takeover", "--kubeconfig", kubeconfig);
            Result refused = server.run("--kubeconfig", kubeconfig);

            // then both say what is there, and nothing is written
            assertThat(report.exitCode()).as(report.output()).isZero();
            assertThat(report.output())
                    .contains("globalroles.management.cattle.io: of another installation, 1 objects")
                    .contains("its definition changes: ")
                    .contains("openAPIV3Schema")
                    .contains("users.management.cattle.io: not there, will be made")
                    .contains("1 objects do not fit")
                    .contains("odd: customized");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output())
                    .contains("kinds of another installation")
                    .contains("drover takeover");
            assertThat(kubernetes.kubectl("get", "crd", "--output=name").lines())
                    .hasSize(2);

            // when it is started with a word
            Result started = server.run("--kubeconfig", kubeconfig, "--takeover");
            assertThat(started.exitCode()).as(started.output()).isZero();

            // then what need not change has not, and what Drover does not know is kept
            Http admin = server.admin();
            JsonNode role = admin.get(MANAGEMENT + "/globalroles/gr-left").json();
            assertThat(role.path("neverHeardOf").path("deep").asText()).isEqualTo("kept");
            assertThat(version(kubernetes)).isEqualTo(before);
            assertThat(admin.get("/v3/globalroles/gr-left").json().path("name").asText())
                    .isEqualTo("Left behind");
        }
    }

    @Test
    void allObjectsMoveToARealClusterAndBack() throws Exception {
        ImportedCluster.requireRealClusters();
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-migrate").start();
                DroverServer server = DroverServer.prepared()) {
            server.startAgain();
            String kubeconfig = kubernetes.kubeconfig().toString();
            String id = created(server.admin(), "moves");
            Wait.until(
                    "the cluster is cared for", () -> caredFor(server.admin()).contains(id));
            server.stop();

            // when it is tried, and then done
            Result dry = server.script("migrate", "--to", "external", "--kubeconfig", kubeconfig, "--dry-run");
            assertThat(dry.output())
                    .contains("would create clusters.management.cattle.io " + id)
                    .contains("Dry run: ");
            assertThat(kubernetes.kubectl("get", "crd", "--output=name")).isBlank();
            Result done = server.script("migrate", "--to", "external", "--kubeconfig", kubeconfig);
            assertThat(done.exitCode()).as(done.output()).isZero();

            // then the server goes on with what it had, over the cluster
            server.startAgain();
            Http admin = server.admin();
            assertThat(admin.get("/v3/clusters/" + id).json().path("name").asText())
                    .isEqualTo("moves");
            assertThat(kubernetes.kubectl("get", "clusters.management.cattle.io", "--output=name"))
                    .contains(id);
            server.stop();

            // and all that came since moves back, into a folder without what was moved away
            Files.move(server.data().resolve("drover"), server.data().resolve("before"));
            Result back = server.script("migrate", "--to", "embedded");
            assertThat(back.exitCode()).as(back.output()).isZero();
            Result again = server.script("migrate", "--to", "embedded", "--dry-run");
            assertThat(again.output()).contains("Dry run: 0 kinds and 0 objects to create, 0 to complete");
        }
    }

    private static DroverServer startOver(KubernetesCluster kubernetes) throws Exception {
        return DroverServer.start("--kubeconfig", kubernetes.kubeconfig().toString());
    }

    private static String authorityOf(Http admin) {
        return admin.get("/v3/settings/cacerts").json().path("value").asText();
    }

    private static String created(Http admin, String name) {
        return admin.post("/v3/clusters", Map.of("type", "cluster", "name", name))
                .json()
                .path("id")
                .asText();
    }

    /** Clusters that a controller has made a registration token for. */
    private static List<String> caredFor(Http admin) {
        return admin.get(MANAGEMENT + "/clusterregistrationtokens")
                .json()
                .path("items")
                .findValuesAsText("namespace");
    }

    private static Set<String> holders(KubernetesCluster kubernetes) {
        return Set.copyOf(kubernetes
                .kubectl(
                        "get",
                        "leases",
                        "--namespace=cattle-system",
                        "--selector=drover.io/lease=controllers",
                        "--output=jsonpath={range .items[*]}{.metadata.name}{\" \"}{.spec.holderIdentity}{\"\\n"
                                + "\"}{end}")
                .lines()
                .filter(line -> line.startsWith("drover-shard-"))
                .map(line -> line.split(" ")[1])
                .distinct()
                .toList());
    }

    private static String version(KubernetesCluster kubernetes) {
        return kubernetes.kubectl(
                "get", "globalroles.management.cattle.io", "gr-left", "--output=jsonpath={.metadata.resourceVersion}");
    }

    /** A definition as existing installations have it. */
    private static byte[] definition(String kind, String plural) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %2$s.management.cattle.io}
                spec:
                  group: management.cattle.io
                  names: {kind: %1$s, listKind: %1$sList, plural: %2$s, singular: %3$s}
                  scope: Cluster
                  versions:
                  - name: v3
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """
                .formatted(kind, plural, kind.toLowerCase(java.util.Locale.ROOT))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static final String LEFT =
            """
            apiVersion: management.cattle.io/v3
            kind: GlobalRole
            metadata:
              name: gr-left
              labels: {cattle.io/creator: norman}
              annotations: {lifecycle.cattle.io/create.mgmt-auth-gr-controller: "true"}
            builtin: false
            displayName: Left behind
            neverHeardOf: {deep: kept}
            rules:
            - {apiGroups: [management.cattle.io], resources: [catalogs], verbs: ["*"]}
            ---
            apiVersion: management.cattle.io/v3
            kind: Setting
            metadata: {name: odd}
            customized: "not a boolean"
            value: x
            """;
}

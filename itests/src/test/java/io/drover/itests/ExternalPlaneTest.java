package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.itests.Processes.Result;
import io.drover.testbed.Images;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose management plane is a real Kubernetes' API server. */
@Timeout(420)
@Needs(Need.NODE)
class ExternalPlaneTest {

    private static final String LOCAL = "/k8s/clusters/local";
    private static final String MANAGEMENT = LOCAL + "/apis/management.cattle.io/v3";
    private static final String GROUP = ".management.cattle.io";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Kinds of which something was left behind, with their plurals; some Drover has, some it lacks. */
    private static final Map<String, String> LEFT = Map.ofEntries(
            Map.entry("AuthConfig", "authconfigs"),
            Map.entry("Cluster", "clusters"),
            Map.entry("ClusterRegistrationToken", "clusterregistrationtokens"),
            Map.entry("ClusterRoleTemplateBinding", "clusterroletemplatebindings"),
            Map.entry("GlobalRole", "globalroles"),
            Map.entry("GlobalRoleBinding", "globalrolebindings"),
            Map.entry("Preference", "preferences"),
            Map.entry("Project", "projects"),
            Map.entry("RoleTemplate", "roletemplates"),
            Map.entry("Setting", "settings"),
            Map.entry("Token", "tokens"),
            Map.entry("User", "users"));

    private static final Set<String> NAMESPACED =
            Set.of("ClusterRegistrationToken", "ClusterRoleTemplateBinding", "Preference", "Project");

    /** What becomes another: Drover adds finalizers to clusters and users, and shows how clusters are and how they are imported here. */
    private static final Pattern KEPT_UP_TO_DATE =
            Pattern.compile("(Cluster c-left1|ClusterRegistrationToken default-token|User u-left1)"
                    + "/metadata/(resourceVersion|generation|managedFields)|Cluster"
                    + " c-left1/status/conditions|ClusterRegistrationToken default-token/status/(command|manifestUrl)");

    @TempDir
    Path folder;

    @Test
    void twoServersShareARealClusterAndOneGoesOnWhereTheOtherDied() throws Exception {
        CompletableFuture<KubernetesCluster> starting = CompletableFuture.supplyAsync(
                () -> KubernetesCluster.named("itest-replicas").withNode().start());
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-external").start();
                DroverServer first = startOver(kubernetes);
                DroverServer second = startOver(kubernetes);
                Door door = Door.to(first, second);
                ImportedCluster cluster = ImportedCluster.start(first, door.port(), starting.get())) {
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

            // and a cluster whose agent has come to the first, and which is served by the second as well
            Path kubeconfig = kubeconfig(second, cluster.id(), admin.token());
            Wait.until("the second server finds the way", () -> namespaces(there, cluster) == 200);
            run(cluster, Parts.kubectl(), kubeconfig, "run", "web", "--image=" + Images.TOOLS);
            run(cluster, Parts.kubectl(), kubeconfig, "wait", "pod/web", "--for=condition=Ready", "--timeout=60s");
            for (Path kubectl : List.of(Parts.kubectl(), Parts.oldKubectl())) {
                assertThat(run(cluster, kubectl, kubeconfig, "get", "pods")).contains("web");
                assertThat(run(cluster, kubectl, kubeconfig, "exec", "web", "--", "echo", "hello"))
                        .isEqualTo("hello\n");
            }
            try (Running watch = cluster.startKubectl(
                    Parts.kubectl(), kubeconfig, "get", "configmaps", "--watch", "--output=name")) {
                run(cluster, Parts.kubectl(), kubeconfig, "create", "configmap", "seen");
                watch.awaitOutput("configmap/seen");

                // when the first is killed
                Wait.until(
                        "both have their share",
                        LIMIT,
                        () -> holders(kubernetes).size() == 2);
                first.kill();
                long killed = System.nanoTime();
                Set<String> made = new HashSet<>();
                IntStream.range(0, 12).forEach(i -> made.add(created(there, "after-" + i)));

                // then what went through it ends, and the second takes the agent and all clusters' controllers over
                assertThat(watch.awaitEnd(LIMIT)).isNotNegative();
                Wait.until("the cluster is served again", LIMIT, () -> namespaces(there, cluster) == 200);
                say("the cluster was served again", killed);
                Wait.until("all clusters are cared for", LIMIT, () -> caredFor(there)
                        .containsAll(made));
                say("all clusters were cared for", killed);
            }
            Wait.until("the second holds all", LIMIT, () -> holders(kubernetes).size() == 1);
            assertThat(run(cluster, Parts.kubectl(), kubeconfig, "exec", "web", "--", "echo", "again"))
                    .isEqualTo("again\n");
        } finally {
            starting.thenAccept(KubernetesCluster::close).get(1, TimeUnit.MINUTES);
        }
    }

    /** A figure for who reads the log: ten seconds are promised, and a busy machine may take longer. */
    private static void say(String what, long since) {
        System.out.printf("[itest] %s after %.1f s%n", what, (System.nanoTime() - since) / 1e9);
    }

    private static int namespaces(Http caller, ImportedCluster cluster) {
        return caller.get("/k8s/clusters/" + cluster.id() + "/api/v1/namespaces")
                .status();
    }

    private static String run(ImportedCluster cluster, Path kubectl, Path kubeconfig, String... arguments) {
        Result result = cluster.kubectl(kubectl, kubeconfig, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    /** To a cluster by that server, whatever the setting {@code server-url} says. */
    private Path kubeconfig(DroverServer server, String cluster, String token) throws IOException {
        return Files.writeString(
                folder.resolve(cluster + ".kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s/k8s/clusters/%s", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """
                        .formatted(server.url(), cluster, token));
    }

    @Test
    void whatAnotherInstallationLeftIsTakenOverAfterAReportAndAWord() throws Exception {
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-takeover").start();
                DroverServer server = DroverServer.prepared()) {
            String kubeconfig = kubernetes.kubeconfig().toString();
            LEFT.forEach((kind, plural) -> kubernetes.kubectl(definition(kind, plural), "create", "-f", "-"));
            kubernetes.kubectl("wait", "--for=condition=Established", "crd", "--all");
            List.of("c-left1", "u-left1").forEach(name -> kubernetes.kubectl("create", "namespace", name));
            kubernetes.kubectl(leftBehind(), "create", "-f", "-");
            Map<String, JsonNode> before = objects(kubernetes);

            // when it is looked at, and when it is started without a word
            Result report = server.script("takeover", "--kubeconfig", kubeconfig);
            Result refused = server.run("--kubeconfig", kubeconfig);

            // then both say what is there, and nothing is written
            assertThat(report.exitCode()).as(report.output()).isZero();
            assertThat(report.output())
                    .contains("globalroles.management.cattle.io: of another installation, 1 objects")
                    .contains("settings.management.cattle.io: of another installation, 3 objects")
                    .contains("its definition changes: ")
                    .contains("openAPIV3Schema")
                    .contains("userattributes.management.cattle.io: not there, will be made")
                    .containsOnlyOnce("objects do not fit")
                    .contains("odd: customized");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output())
                    .contains("kinds of another installation")
                    .contains("drover takeover");
            assertThat(kubernetes.kubectl("get", "crd", "--output=name").lines())
                    .hasSize(LEFT.size());
            assertThat(objects(kubernetes)).isEqualTo(before);

            // when it is started with a word, and has looked at the cluster that is there
            Result started = server.run("--kubeconfig", kubeconfig, "--takeover");
            assertThat(started.exitCode()).as(started.output()).isZero();
            Http admin = server.admin();
            Wait.until("the cluster is cared for", LIMIT, () -> admin.get("/v3/clusters/c-left1")
                    .json()
                    .path("conditions")
                    .findValuesAsText("type")
                    .contains("Provisioned"));

            // then nothing was rewritten but what Drover keeps up to date, and of that no word was lost
            Map<String, JsonNode> after = objects(kubernetes);
            assertThat(before.entrySet())
                    .flatMap(left -> lost(left.getKey(), left.getValue(), after.get(left.getKey())))
                    .as("what is gone or another")
                    .allMatch(path -> KEPT_UP_TO_DATE.matcher(path).matches());
            assertThat(conditions(after)).containsAll(conditions(before));

            // and it is served
            assertThat(admin.get("/v3/globalroles/gr-left1").json().path("name").asText())
                    .isEqualTo("Left behind");
            assertThat(admin.get("/v3/users/u-left1").json().path("username").asText())
                    .isEqualTo("left");
            assertThat(admin.get("/v3/settings/install-uuid")
                            .json()
                            .path("value")
                            .asText())
                    .isEqualTo("0f3c8f0e-4b0b-4f0f-8a3a-6d1a7c1f0a11");
        }
    }

    private static byte[] leftBehind() throws IOException {
        try (var file = ExternalPlaneTest.class.getResourceAsStream("/left-behind.yaml")) {
            return file.readAllBytes();
        }
    }

    /** All objects of the kinds that were left behind, by kind and name. */
    private static Map<String, JsonNode> objects(KubernetesCluster kubernetes) throws IOException {
        String kinds = LEFT.values().stream().map(plural -> plural + GROUP).collect(Collectors.joining(","));
        JsonNode list = new ObjectMapper()
                .readTree(
                        kubernetes.kubectl("get", kinds, "--all-namespaces", "--output=json", "--show-managed-fields"));
        Map<String, JsonNode> objects = new TreeMap<>();
        list.path("items")
                .forEach(object -> objects.put(
                        object.path("kind").asText() + " "
                                + object.path("metadata").path("name").asText(),
                        object));
        return objects;
    }

    private static List<String> conditions(Map<String, JsonNode> objects) {
        return objects.get("Cluster c-left1").path("status").path("conditions").findValuesAsText("type");
    }

    /** Paths of what {@code after} lacks or has otherwise. */
    private static List<String> lost(String path, JsonNode before, JsonNode after) {
        if (before.isObject() && after.isObject()) {
            List<String> lost = new ArrayList<>();
            before.properties()
                    .forEach(field -> lost.addAll(
                            lost(path + "/" + field.getKey(), field.getValue(), after.path(field.getKey()))));
            return lost;
        }
        boolean kept = before.isArray() && after.isArray()
                ? elements(after).containsAll(elements(before))
                : before.equals(after) || before.isNull() && after.isMissingNode();
        return kept ? List.of() : List.of(path);
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    @Test
    void allObjectsMoveToARealClusterAndBack() throws Exception {
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

    /** A definition as existing installations have it. */
    private static byte[] definition(String kind, String plural) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %2$s.management.cattle.io}
                spec:
                  group: management.cattle.io
                  names: {kind: %1$s, listKind: %1$sList, plural: %2$s, singular: %3$s}
                  scope: %4$s
                  versions:
                  - name: v3
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """
                .formatted(
                        kind,
                        plural,
                        kind.toLowerCase(Locale.ROOT),
                        NAMESPACED.contains(kind) ? "Namespaced" : "Cluster")
                .getBytes(StandardCharsets.UTF_8);
    }
}

package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.itests.Processes.Result;
import io.drover.testbed.Images;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real kubectl on a real cluster through Drover: a current one, which speaks WebSocket, and an old one, which speaks SPDY. */
@Timeout(300)
class KubectlTest {

    private static final int MEGABYTES = 64;

    private static DroverServer server;
    private static ImportedCluster cluster;
    private static Path kubeconfig;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        ImportedCluster.requireRealClusters();
        server = DroverServer.start();
        cluster = ImportedCluster.start(server, "itest-kubectl");
        kubeconfig = cluster.kubeconfig(server.admin());
        run(
                Parts.kubectl(),
                "run",
                "web",
                "--image=" + Images.TOOLS,
                "--",
                "sh",
                "-c",
                "echo here I am; echo a page > /www/index.html; exec httpd -f -p 8080 -h /www");
        run(Parts.kubectl(), "wait", "pod/web", "--for=condition=Ready", "--timeout=50s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    static Stream<Path> kubectls() {
        return Stream.of(Parts.kubectl(), Parts.oldKubectl());
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void readsListsAndLogs(Path kubectl) {
        assertThat(run(kubectl, "get", "pods", "-A")).contains("web", "Running");
        assertThat(run(kubectl, "describe", "pod", "web")).contains(Images.TOOLS);
        assertThat(run(kubectl, "logs", "web")).isEqualTo("here I am\n");
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void runsACommandInAPodAndBringsItsExitCode(Path kubectl) {
        assertThat(run(kubectl, "exec", "web", "--", "echo", "hello")).isEqualTo("hello\n");
        assertThat(cluster.kubectl(kubectl, kubeconfig, "exec", "web", "--", "sh", "-c", "exit 7")
                        .exitCode())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void copiesAFileThereAndBackUnchanged(Path kubectl) throws IOException {
        byte[] content = new byte[MEGABYTES << 20];
        new Random(1).nextBytes(content);
        Path original = Files.write(folder.resolve("original"), content);
        Path copy = folder.resolve("copy");

        run(kubectl, "cp", original.toString(), "default/web:/tmp/copy");
        run(kubectl, "cp", "default/web:/tmp/copy", copy.toString());

        assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void forwardsAPort(Path kubectl) throws Exception {
        int port = freePort();
        try (Running forward = cluster.startKubectl(kubectl, kubeconfig, "port-forward", "pod/web", port + ":8080")) {
            forward.awaitOutput("Forwarding from 127.0.0.1:" + port);

            String page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertThat(page).isEqualTo("a page\n");
        }
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void appliesAndWatches(Path kubectl) throws IOException {
        String name = "watched-" + kubectl.toString().hashCode();
        Path manifest = Files.writeString(
                folder.resolve("manifest.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  key: first\n");
        try (Running watch = cluster.startKubectl(
                kubectl, kubeconfig, "get", "configmaps", "-w", "-o", "jsonpath={.metadata.name}={.data.key};")) {
            run(kubectl, "apply", "-f", manifest.toString());
            watch.awaitOutput(name + "=first;");
            Files.writeString(manifest, Files.readString(manifest).replace("first", "second"));
            run(kubectl, "apply", "--server-side", "--force-conflicts", "-f", manifest.toString());
            watch.awaitOutput(name + "=second;");
        }
        run(kubectl, "delete", "configmap", name);
    }

    @Test
    void theClusterKnowsTheCallerByHisNameInDrover() {
        String user =
                server.admin().get("/v3/users?me=true").json().at("/data/0/id").asText();

        assertThat(run(Parts.kubectl(), "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"))
                .isEqualTo(user);
    }

    @Test
    void aRevokedTokenEndsAWatchThatIsOpen() throws IOException {
        Http other = server.with(server.signIn("admin", DroverServer.ADMIN_PASSWORD));
        Path config = cluster.kubeconfig(other);
        String token = Files.readString(config).replaceAll("(?s).*token: \"?([^:\"]+):.*", "$1");
        try (Running watch = cluster.startKubectl(Parts.kubectl(), config, "get", "pods", "-w")) {
            watch.awaitOutput("web");

            assertThat(server.admin().delete("/v3/tokens/" + token).status()).isLessThan(300);

            assertThat(watch.awaitEnd(Duration.ofSeconds(10))).isNotNegative();
        }
        Result after = cluster.kubectl(Parts.kubectl(), config, "get", "pods");
        assertThat(after.exitCode()).isNotZero();
    }

    static Stream<Revocation> revocations() {
        return Stream.of(
                new Revocation("the token is revoked", (admin, user) -> admin.delete(
                                "/v3/tokens/" + user.tokenName() + "?all=true")
                        .status()),
                new Revocation("all of the user's tokens are revoked", (admin, user) -> admin.post(
                                "/v3/tokens?action=revoke", Map.of("userId", user.id()))
                        .status()),
                new Revocation("his password is set by another", (admin, user) -> admin.post(
                                "/v3/users/" + user.id() + "?action=setpassword",
                                Map.of("newPassword", "another correct horse"))
                        .status()),
                new Revocation(
                        "he is disabled", (admin, user) -> admin.put("/v3/users/" + user.id(), Map.of("enabled", false))
                                .status()),
                new Revocation("he is deleted", (admin, user) -> admin.delete("/v3/users/" + user.id())
                        .status()));
    }

    /** A way to end what somebody does. */
    private record Revocation(String name, ToIntBiFunction<Http, Member> end) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Somebody who may do everything in the cluster, signed in for it. */
    private record Member(String id, String token) {
        String tokenName() {
            return token.substring(0, token.indexOf(':'));
        }
    }

    @ParameterizedTest
    @MethodSource("revocations")
    void whateverIsOpenEndsWhen(Revocation revocation) throws IOException {
        Http admin = server.admin();
        Member member = member(admin, "member" + Math.abs(revocation.name().hashCode()));
        Path config = Files.writeString(
                folder.resolve("member.config"),
                Files.readString(kubeconfig).replaceAll("token: \"[^\"]*\"", "token: \"" + member.token() + "\""));
        Http caller = server.with(member.token());
        String version = "/k8s/clusters/" + cluster.id() + "/version";
        Wait.until(
                "the member may see pods",
                () -> cluster.kubectl(Parts.kubectl(), config, "get", "pods").exitCode() == 0);
        try (Running watch = cluster.startKubectl(Parts.kubectl(), config, "get", "pods", "-w");
                Running exec = cluster.startKubectl(
                        Parts.kubectl(), config, "exec", "web", "--", "sh", "-c", "echo opened; sleep 600")) {
            watch.awaitOutput("web");
            exec.awaitOutput("opened");

            assertThat(revocation.end().applyAsInt(admin, member)).isLessThan(300);

            assertThat(watch.awaitEnd(Duration.ofSeconds(10))).isNotNegative();
            assertThat(exec.awaitEnd(Duration.ofSeconds(10))).as(exec.output()).isNotZero();
        }
        assertThat(caller.get(version).status()).isEqualTo(401);
        assertThat(caller.get("/v3/clusters/" + cluster.id()).status()).isEqualTo(401);
    }

    private static Member member(Http admin, String name) {
        String password = "a correct horse " + name;
        String id = admin.post("/v3/users", Map.of("username", name, "password", password))
                .json()
                .path("id")
                .asText();
        admin.post("/v3/globalrolebindings", Map.of("globalRoleId", "admin", "userId", id));
        String token = server.anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of("username", name, "password", password, "responseType", "kubeconfig_" + cluster.id()))
                .json()
                .path("token")
                .asText();
        return new Member(id, token);
    }

    @Test
    void anObjectThatIsNotThereIsTheClustersOwn404() {
        Result result = cluster.kubectl(Parts.kubectl(), kubeconfig, "get", "pod", "nobody");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("pods \"nobody\" not found");
    }

    private static String run(Path kubectl, String... arguments) {
        Result result = cluster.kubectl(kubectl, kubeconfig, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

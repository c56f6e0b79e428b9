package io.drover.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Needs(Need.NODE)
class KubernetesClusterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void aPodLogsAnswersAndRunsCommandsAndNothingOfItsClusterIsLeft() throws Exception {
        KubernetesCluster cluster =
                KubernetesCluster.named(unique("pods")).withNode().start();
        Traces traces = Traces.of(cluster);
        try (cluster) {
            // given a pod that says something, and serves a page
            cluster.kubectl(
                    "run",
                    "web",
                    "--image=" + Images.TOOLS,
                    "--port=8080",
                    "--expose",
                    "--",
                    "sh",
                    "-c",
                    "echo here I am; echo a page > /www/index.html; exec httpd -f -p 8080 -h /www");
            cluster.kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=50s");

            // then its log is read, and commands run in it, by old clients and new ones
            assertThat(cluster.kubectl("logs", "web")).isEqualTo("here I am\n");
            assertThat(cluster.kubectl("hello".getBytes(UTF_8), "exec", "-i", "web", "--", "cat"))
                    .isEqualTo("hello");
            assertThat(oldKubectl(cluster, "exec", "web", "--", "echo", "hello"))
                    .isEqualTo("hello\n");

            // and the pod reaches a Service, the API server, and this machine
            String service = cluster.kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
            assertThat(fetchedByPod(cluster, "http://" + service + ":8080/")).isEqualTo("a page\n");
            String api = cluster.kubectl("get", "service", "kubernetes", "-o", "jsonpath={.spec.clusterIP}");
            assertThat(fetchedByPod(cluster, "https://" + api + "/version")).contains("v1.34.2");
            HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("this machine".getBytes(UTF_8));
                exchange.close();
            });
            server.start();
            try {
                String here = cluster.hostAddress() + ":" + server.getAddress().getPort();
                assertThat(fetchedByPod(cluster, "http://" + here + "/")).isEqualTo("this machine");
            } finally {
                server.stop(0);
            }
            assertThat(traces.found()).anyMatch(trace -> trace.startsWith("cgroup"));
        }
        assertThat(traces.found()).isEmpty();
    }

    @Test
    void twoControlPlanesRunSideBySide() throws Exception {
        try (KubernetesCluster one = KubernetesCluster.named(unique("one")).start();
                KubernetesCluster two =
                        KubernetesCluster.named(unique("two")).withFsync().start()) {
            // when something is made in one of them
            one.kubectl("create", "configmap", "mine");

            // then it is not in the other, and each takes its own token only
            assertThat(one.kubectl("get", "configmaps", "-o", "name")).contains("configmap/mine");
            assertThat(two.kubectl("get", "configmaps", "-o", "name")).doesNotContain("configmap/mine");
            String token = one.token();
            assertThat(statusOf(one, token)).isEqualTo(200);
            assertThat(statusOf(two, token)).isEqualTo(401);
        }
    }

    @Test
    void aClusterEndsWithAnOwnerThatIsKilled() throws Exception {
        // given a cluster of another process, with a pod
        String name = unique("killed");
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-jar",
                        "target/testbed.jar",
                        "up",
                        name,
                        "--nodes",
                        "1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Traces traces;
        try (var lines = new BufferedReader(new InputStreamReader(owner.getInputStream(), UTF_8))) {
            assertThat(lines.readLine()).startsWith(name + "  server=https://");
            KubernetesCluster cluster = KubernetesCluster.running(name).orElseThrow();
            traces = Traces.of(cluster);
            cluster.kubectl("run", "web", "--image=" + Images.TOOLS);
            cluster.kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=50s");
        } finally {
            // when the process is killed
            owner.destroyForcibly().waitFor();
        }

        // then all of the cluster goes
        waitUntilGone(traces);
    }

    @Test
    void whatAKilledGuardLeavesIsRemovedByStopping() throws Exception {
        // given a cluster whose guard was killed
        KubernetesCluster cluster =
                KubernetesCluster.named(unique("unguarded")).withNode().start();
        Traces traces = Traces.of(cluster);
        ProcessHandle.of(cluster.pid()).orElseThrow().destroyForcibly();

        // when it is stopped by its folder, as "down" does, then nothing is left
        Wait.until(LIMIT, "the guard to end", () -> KubernetesCluster.running(cluster.name())
                .isEmpty());
        Sandbox.remove(cluster.folder());
        waitUntilGone(traces);
    }

    @Test
    void aNameIsTakenOnce() {
        String name = unique("taken");
        try (KubernetesCluster first = KubernetesCluster.named(name).start()) {
            assertThatThrownBy(() -> KubernetesCluster.named(name).start())
                    .isInstanceOf(TestbedException.class)
                    .hasMessageContaining("runs already");
            assertThat(first.kubectl("get", "namespaces", "-o", "name")).contains("namespace/default");
        }
    }

    private static void waitUntilGone(Traces traces) throws IOException {
        try {
            Wait.until(LIMIT, "everything to go", () -> {
                try {
                    return traces.found().isEmpty();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (TestbedException e) {
            assertThat(traces.found()).as(e.getMessage()).isEmpty();
        }
    }

    private static String fetchedByPod(KubernetesCluster cluster, String address) {
        return cluster.kubectl(
                "exec", "web", "--", "timeout", "20", "wget", "-q", "-O-", "--no-check-certificate", address);
    }

    private static String oldKubectl(KubernetesCluster cluster, String... arguments) {
        String[] words = new String[arguments.length + 2];
        words[0] = Parts.oldKubectl().toString();
        words[1] = "--kubeconfig=" + cluster.kubeconfig();
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        return Command.of(words).run();
    }

    private static int statusOf(KubernetesCluster cluster, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(cluster.server() + "/api/v1/secrets"))
                .header("Authorization", "Bearer " + token)
                .build();
        // The API server ends an HTTP/2 connection along with a 401, and this client then loses the answer.
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(Api.trusting(cluster.authority()))
                .build()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Other builds on this machine run the same tests. */
    private static String unique(String name) {
        return "it-" + name + "-" + ProcessHandle.current().pid();
    }
}

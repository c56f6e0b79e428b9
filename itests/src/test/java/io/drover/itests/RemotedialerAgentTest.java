package io.drover.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Parts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client built on the real remotedialer, in the place of our agent, serves a real cluster through our server. */
@Timeout(300)
class RemotedialerAgentTest {

    @TempDir
    Path folder;

    @Test
    void servesAClusterThroughOurServer() throws Exception {
        ImportedCluster.requireRealClusters();
        Path client = RemotedialerPrograms.build().resolve("client");
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-remotedialer").start();
                DroverServer server = DroverServer.start()) {
            Http admin = server.admin();
            String id = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "go-agent"))
                    .json()
                    .path("id")
                    .asText();
            try (Running agent = Running.start(Map.of("NO_PROXY", "*"), agent(client, server, id, kubernetes))) {
                agent.awaitOutput("connected");
                Wait.until("cluster go-agent is active", Duration.ofMinutes(2), () -> admin.get("/v3/clusters/" + id)
                        .json()
                        .path("state")
                        .asText()
                        .equals("active"));
                Path kubeconfig = Files.writeString(
                        folder.resolve("kubeconfig"),
                        admin.post("/v3/clusters/" + id + "?action=generateKubeconfig", Map.of())
                                .json()
                                .path("config")
                                .asText());
                assertThat(kubectl(kubeconfig, "create", "configmap", "by-go", "--from-literal=a=b"))
                        .contains("configmap/by-go created");
                assertThat(kubernetes.kubectl("get", "configmap", "by-go", "--output=jsonpath={.data.a}"))
                        .isEqualTo("b");
            }
        }
    }

    private List<String> agent(Path client, DroverServer server, String clusterId, KubernetesCluster kubernetes)
            throws Exception {
        Http admin = server.admin();
        String token = admin.post(
                        "/v3/clusterregistrationtokens",
                        Map.of("type", "clusterRegistrationToken", "clusterId", clusterId))
                .json()
                .path("token")
                .asText();
        Path authority = Files.writeString(
                folder.resolve("ca.pem"),
                admin.get("/v3/settings/cacerts").json().path("value").asText());
        URI api = kubernetes.server();
        byte[] parameters = new ObjectMapper()
                .writeValueAsBytes(Map.of(
                        "cluster",
                        Map.of(
                                "address",
                                api.getAuthority(),
                                "token",
                                kubernetes.token(),
                                "caCert",
                                encoded(Files.readAllBytes(kubernetes.authority())))));
        return List.of(
                client.toString(),
                "-url",
                "wss://127.0.0.1:" + server.port() + "/v3/connect/register",
                "-ca",
                authority.toString(),
                "-header",
                "X-API-Tunnel-Token: " + token,
                "-header",
                "X-API-Tunnel-Params: " + encoded(parameters));
    }

    private static String encoded(byte[] bytes) {
        return new String(Base64.getEncoder().encode(bytes), UTF_8);
    }

    private String kubectl(Path kubeconfig, String... arguments) {
        List<String> command =
                new java.util.ArrayList<>(List.of(Parts.kubectl().toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        Result result = Processes.run(
                Duration.ofSeconds(60),
                Map.of("KUBECACHEDIR", folder.resolve("cache").toString(), "NO_PROXY", "*"),
                command);
        return result.output();
    }
}

package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client built on the real remotedialer, in the place of our agent, serves a real cluster through our server. */
@Timeout(300)
@Needs(Need.CLUSTER)
class RemotedialerAgentTest {

    @TempDir
    Path folder;

    @Test
    void servesAClusterThroughOurServer() throws Exception {
        try (KubernetesCluster kubernetes =
                        KubernetesCluster.named("itest-remotedialer").start();
                DroverServer server = DroverServer.start()) {
            Http admin = server.admin();
            String id = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "go-agent"))
                    .json()
                    .path("id")
                    .asText();
            try (Running agent = GoAgent.connect(server, id, kubernetes, folder)) {
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

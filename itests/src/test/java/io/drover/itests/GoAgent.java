package io.drover.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.testbed.KubernetesCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A client built on the real remotedialer, in the place of our agent: brings a cluster that has no node under a server. */
final class GoAgent {

    private GoAgent() {}

    /** Starts it, and returns when it is connected. */
    static Running connect(DroverServer server, String clusterId, KubernetesCluster kubernetes, Path folder)
            throws Exception {
        Path client = RemotedialerPrograms.build().resolve("client");
        Running agent = Running.start(Map.of("NO_PROXY", "*"), command(client, server, clusterId, kubernetes, folder));
        agent.awaitOutput("connected");
        return agent;
    }

    private static List<String> command(
            Path client, DroverServer server, String clusterId, KubernetesCluster kubernetes, Path folder)
            throws IOException {
        Http admin = server.admin();
        String token = admin.post(
                        "/v3/clusterregistrationtokens",
                        Map.of("type", "clusterRegistrationToken", "clusterId", clusterId))
                .json()
                .path("token")
                .asText();
        Path authority = Files.writeString(
                folder.resolve("ca-" + clusterId + ".pem"),
                admin.get("/v3/settings/cacerts").json().path("value").asText());
        byte[] parameters = new ObjectMapper()
                .writeValueAsBytes(Map.of(
                        "cluster",
                        Map.of(
                                "address",
                                kubernetes.server().getAuthority(),
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
}

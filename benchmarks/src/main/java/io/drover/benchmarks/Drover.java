package io.drover.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.testbed.KubernetesCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Drover of our own: started by its script, in a data folder of its own, and stopped when closed. */
final class Drover implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "benchmarks-only";

    private final Path script;
    private final Path data;
    private final int port;
    private final long readyAt;
    private final String token;

    private Drover(Path script, Path data, int port, long readyAt) throws IOException, InterruptedException {
        this.script = script;
        this.data = data;
        this.port = port;
        this.readyAt = readyAt;
        JsonNode answer = call(
                "POST",
                "/v3-public/localProviders/local?action=login",
                "{\"username\":\"admin\",\"password\":\"" + PASSWORD + "\"}",
                "");
        this.token = answer.path("token").asText();
    }

    static Drover start(Path root, Path data) throws IOException, InterruptedException {
        Path script = root.resolve("drover");
        int port = Processes.freePort();
        Processes.output(
                List.of(
                        script.toString(),
                        "run",
                        "--background",
                        "--data",
                        data.toString(),
                        "--port",
                        "" + port,
                        "--admin-password",
                        PASSWORD),
                Duration.ofMinutes(10));
        long readyAt = System.nanoTime();
        return new Drover(script, data, port, readyAt);
    }

    /** When the script said that the server is ready, by {@link System#nanoTime}. */
    long readyAt() {
        return readyAt;
    }

    String url() {
        return "https://127.0.0.1:" + port;
    }

    String token() {
        return token;
    }

    long pid() throws IOException, InterruptedException {
        return JSON.readTree(Processes.output(
                        List.of(script.toString(), "status", "--json", "--data", data.toString()),
                        Duration.ofSeconds(30)))
                .path("pid")
                .asLong();
    }

    /** Imports a cluster with a node as a user does, and answers its id once kubectl would get through. */
    String importCluster(KubernetesCluster cluster, Path images) throws IOException, InterruptedException {
        cluster.importImage(images);
        String id = call("POST", "/v3/clusters", "{\"name\":\"" + cluster.name() + "\"}", token)
                .path("id")
                .asText();
        String[] registration = {""};
        Processes.await("the registration token of " + id, Duration.ofSeconds(30), () -> {
            registration[0] = get("/v3/clusters/" + id + "/clusterregistrationtokens")
                    .path("data")
                    .path(0)
                    .path("token")
                    .asText("");
            return !registration[0].isEmpty();
        });
        String manifest = Processes.output(
                List.of(
                        "curl",
                        "-skf",
                        "https://" + cluster.hostAddress() + ":" + port + "/v3/import/" + registration[0] + "_" + id
                                + ".yaml"),
                Duration.ofSeconds(30));
        cluster.kubectl(manifest.getBytes(StandardCharsets.UTF_8), "apply", "-f", "-");
        Processes.await(
                "cluster " + id + " to be active",
                Duration.ofMinutes(3),
                () -> get("/v3/clusters/" + id).path("state").asText().equals("active"));
        return id;
    }

    private JsonNode get(String path) {
        try {
            return call("GET", path, "", token);
        } catch (IOException e) {
            return JSON.missingNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return JSON.missingNode();
        }
    }

    private JsonNode call(String method, String path, String body, String bearer)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("curl", "-skf", "-X", method, url() + path, "-H", "Content-Type: application/json"));
        if (!bearer.isEmpty()) {
            command.addAll(List.of("-H", "Authorization: Bearer " + bearer));
        }
        if (!body.isEmpty()) {
            command.addAll(List.of("-d", body));
        }
        return JSON.readTree(Processes.output(command, Duration.ofSeconds(30)));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Processes.output(List.of(script.toString(), "stop", "--data", data.toString()), Duration.ofMinutes(1));
    }
}

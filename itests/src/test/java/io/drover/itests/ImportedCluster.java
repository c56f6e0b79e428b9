package io.drover.itests;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real Kubernetes with one node, imported into a server by the command that the server shows its users. */
final class ImportedCluster implements AutoCloseable {

    private static final Duration ACTIVE = Duration.ofMinutes(3);

    private final DroverServer server;
    private final int port;
    private final KubernetesCluster kubernetes;
    private final String id;
    private final Path folder;

    private ImportedCluster(DroverServer server, int port, KubernetesCluster kubernetes, String id) throws IOException {
        this.server = server;
        this.port = port;
        this.kubernetes = kubernetes;
        this.id = id;
        this.folder = Files.createTempDirectory("drover-itest-kube");
    }

    static ImportedCluster start(DroverServer server, String name) throws IOException {
        return start(
                server, server.port(), KubernetesCluster.named(name).withNode().start());
    }

    /**
     * @param port at which its agent is to come to the server
     * @param kubernetes has a node; closed with what this answers, or at once if it can't be imported
     */
    static ImportedCluster start(DroverServer server, int port, KubernetesCluster kubernetes) throws IOException {
        String name = kubernetes.name();
        try {
            kubernetes.importImage(agentImage());
            Http admin = server.admin();
            String id = admin.post("/v3/clusters", Map.of("type", "cluster", "name", name))
                    .json()
                    .path("id")
                    .asText();
            ImportedCluster cluster = new ImportedCluster(server, port, kubernetes, id);
            cluster.applyImportManifest();
            Wait.until("cluster " + name + " is active", ACTIVE, cluster::isActive);
            return cluster;
        } catch (IOException | RuntimeException | AssertionError e) {
            kubernetes.close();
            throw e;
        }
    }

    String id() {
        return id;
    }

    /** The cluster itself, past Drover. */
    KubernetesCluster kubernetes() {
        return kubernetes;
    }

    boolean isActive() {
        return "active".equals(state().path("state").asText());
    }

    /** What {@code /v3} tells of the cluster. */
    JsonNode state() {
        return server.admin().get("/v3/clusters/" + id).json();
    }

    /** The kubeconfig that Drover makes for that caller, as a file. */
    Path kubeconfig(Http caller) {
        String config = caller.post("/v3/clusters/" + id + "?action=generateKubeconfig", Map.of())
                .json()
                .path("config")
                .asText();
        try {
            return Files.writeString(Files.createTempFile(folder, "kube", ".config"), config);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** kubectl through Drover; {@code binary} is one of {@link Parts}. */
    Result kubectl(Path binary, Path kubeconfig, String... arguments) {
        return Processes.run(Duration.ofSeconds(120), environment(), command(binary, kubeconfig, arguments));
    }

    /** The same without waiting for its end. */
    Running startKubectl(Path binary, Path kubeconfig, String... arguments) {
        return Running.start(environment(), command(binary, kubeconfig, arguments));
    }

    private Map<String, String> environment() {
        return Map.of("KUBECACHEDIR", folder.resolve("cache").toString(), "HOME", folder.toString(), "NO_PROXY", "*");
    }

    private static List<String> command(Path binary, Path kubeconfig, String... arguments) {
        List<String> words = new ArrayList<>(List.of(binary.toString(), "--kubeconfig", kubeconfig.toString()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Asks at the address that pods know, as the command that Drover shows names the address it was asked at. */
    private void applyImportManifest() {
        java.net.URI outside = java.net.URI.create("https://" + kubernetes.hostAddress() + ":" + port);
        String command = new Http(outside, server.admin().token())
                .post("/v3/clusterregistrationtokens", Map.of("type", "clusterRegistrationToken", "clusterId", id))
                .json()
                .path("insecureCommand")
                .asText();
        Result applied = Processes.run(
                Duration.ofSeconds(60),
                Map.of(
                        "PATH",
                        Parts.kubectl().getParent() + ":" + System.getenv("PATH"),
                        "KUBECONFIG",
                        kubernetes.kubeconfig().toString(),
                        "NO_PROXY",
                        "*"),
                List.of("sh", "-c", command));
        if (applied.exitCode() != 0) {
            throw new AssertionError("the import command failed: " + command + "\n" + applied.output());
        }
    }

    private static Path agentImage() throws IOException {
        try (Stream<Path> files = Files.list(Distribution.SOURCES.resolve("agent/cluster-agent/target"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-image.tar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the build made no image of the agent"));
        }
    }

    @Override
    public void close() {
        kubernetes.close();
    }
}

package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs built on the libraries that everybody uses see the same of the embedded API server as of a real one, but for what
 * {@code intended-of-clients.yaml} lists.
 */
@Timeout(300)
@Needs(Need.CLUSTER)
class PlaneClientsTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path PROTOBUF = Distribution.SOURCES.resolve(
            "bundles/apiserver/src/main/resources/io/drover/apiserver/request/protobuf.txt");

    @TempDir
    static Path folder;

    private static Path programs;
    private static KubernetesCluster kubernetes;
    private static DroverServer drover;
    private static Path real;
    private static Path ours;

    @BeforeAll
    static void start() throws IOException {
        programs = GoPrograms.build("plane-clients", "./clients", "./helm", "./terraform", "./protobuf");
        kubernetes = KubernetesCluster.named("itest-clients").start();
        drover = DroverServer.start();
        real = kubernetes.kubeconfig();
        ours = Files.writeString(folder.resolve("ours.kubeconfig"), kubeconfig(drover));
    }

    @AfterAll
    static void stop() throws IOException {
        if (kubernetes != null) {
            kubernetes.close();
        }
        if (drover != null) {
            drover.close();
        }
    }

    private static String kubeconfig(DroverServer server) {
        Http admin = server.admin();
        String authority =
                admin.get("/v3/settings/cacerts").json().path("value").asText();
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: local, cluster: {server: "%s/k8s/clusters/local", certificate-authority-data: "%s"}}]
                users: [{name: admin, user: {token: "%s"}}]
                contexts: [{name: local, context: {cluster: local, user: admin}}]
                current-context: local
                """
                .formatted(
                        server.url(),
                        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)),
                        admin.token());
    }

    @Test
    void clientGo() throws Exception {
        same(
                "client-go",
                side -> go(
                        side,
                        Map.of("KUBE_FEATURE_WatchListClient", "true"),
                        "clients",
                        Stream.of(
                                "see",
                                "discovery",
                                "kinds",
                                "errors",
                                "apply",
                                "informers",
                                "controller",
                                "election",
                                "lists",
                                "conflicts",
                                "until",
                                "events",
                                "scale",
                                "accounts")));
    }

    /** Informers as they are by default: a list, and a watch from there. */
    @Test
    void clientGosInformersWithoutWatchLists() throws Exception {
        same("informers", side -> go(side, Map.of(), "clients", Stream.of("see", "listing")));
    }

    @Test
    void helm() throws Exception {
        same("helm", side -> go(side, Map.of(), "helm", Stream.of()));
    }

    @Test
    void terraform() throws Exception {
        same("terraform", side -> go(side, Map.of(), "terraform", Stream.of()));
    }

    /** How client-go's types are written as protobuf is read from them, and kept where the server finds it. */
    @Test
    void theTableOfProtobufMessagesIsThatOfTheLibraries() throws IOException {
        Result printed = Processes.run(
                LIMIT, Map.of(), List.of(programs.resolve("protobuf").toString()));

        assertThat(printed.output()).isEqualTo(Files.readString(PROTOBUF));
    }

    @Test
    void fabric8() throws Exception {
        same("fabric8", Fabric8Program::run);
    }

    /** Informers that follow what others write, through the end of the server and its next start. */
    @Test
    void informersLoseNothingWhenTheServerIsKilled() throws Exception {
        Map<String, String> known = new ConcurrentHashMap<>();
        Path errors = folder.resolve("follow.err");
        Process following = command(ours, Map.of(), "clients", Stream.of("follow"))
                .redirectError(errors.toFile())
                .start();
        try (KubernetesClient client = Fabric8Program.client(ours, false);
                BufferedReader said = following.inputReader();
                BufferedWriter input = following.outputWriter()) {
            assertThat(said.readLine()).as(() -> read(errors)).isEqualTo("ready");
            try (SharedIndexInformer<ConfigMap> informer =
                    client.configMaps().inNamespace("follow").inform(new Versions(known))) {

                // when the server is killed in the midst of it, and started again
                drover.kill();
                drover.startAgain();
                input.write("more\n");
                input.flush();
                assertThat(said.readLine()).as(() -> read(errors)).isEqualTo("more");
                input.close();

                // then all informers know what is there, and were told of everything that was acknowledged, in order
                assertThat(said.lines())
                        .as(() -> read(errors))
                        .contains(
                                "typed knows what is there, and was told all in order",
                                "dynamic knows what is there, and was told all in order");
                assertThat(following.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                Map<String, String> there = client.configMaps().inNamespace("follow").list().getItems().stream()
                        .collect(Collectors.toMap(map -> map.getMetadata().getName(), map -> map.getMetadata()
                                .getResourceVersion()));
                Wait.until("fabric8's informer has told what is there", LIMIT, () -> known.equals(there));
                assertThat(informer.isRunning()).isTrue();
            }
        } finally {
            following.destroyForcibly();
        }
    }

    /** Which objects are there, by what an informer tells. */
    private record Versions(Map<String, String> known) implements ResourceEventHandler<ConfigMap> {

        @Override
        public void onAdd(ConfigMap map) {
            known.put(map.getMetadata().getName(), map.getMetadata().getResourceVersion());
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap after) {
            onAdd(after);
        }

        @Override
        public void onDelete(ConfigMap map, boolean finalStateUnknown) {
            known.remove(map.getMetadata().getName());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> go(
            Path kubeconfig, Map<String, String> environment, String program, Stream<String> words) {
        try {
            Path output = Files.createTempFile(folder, program, ".out");
            Path errors = Files.createTempFile(folder, program, ".err");
            Process process = command(kubeconfig, environment, program, words)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(program + " does not end: " + Files.readString(errors));
            }
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static ProcessBuilder command(
            Path kubeconfig, Map<String, String> environment, String program, Stream<String> words) {
        List<String> command =
                new ArrayList<>(List.of(programs.resolve(program).toString(), "-kubeconfig", kubeconfig.toString()));
        words.forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NO_PROXY", "*");
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    /** Runs the program against both servers at once, and compares what it saw. */
    private static void same(String what, Function<Path, List<String>> program)
            throws IOException, InterruptedException, ExecutionException {
        CompletableFuture<List<String>> seenThere = CompletableFuture.supplyAsync(() -> program.apply(real));
        List<String> seenHere = program.apply(ours);
        List<String> expected = new ArrayList<>(seenThere.get());
        List<String> actual = new ArrayList<>(seenHere);
        assertThat(expected).as("what the program saw").hasSizeGreaterThan(10);
        expected.removeAll(seenHere);
        actual.removeAll(seenThere.get());
        List<String> differences = new ArrayList<>();
        expected.forEach(line -> differences.add("real: " + line));
        actual.forEach(line -> differences.add("ours: " + line));
        List<Pattern> intended = intended(what);
        List<String> unlisted = differences.stream()
                .filter(line -> intended.stream().noneMatch(i -> i.matcher(line).matches()))
                .toList();
        assertThat(unlisted).as("differences that are not listed").isEmpty();
        assertThat(intended).as("listed differences that did not occur").allMatch(i -> differences.stream()
                .anyMatch(line -> i.matcher(line).matches()));
    }

    private static List<Pattern> intended(String what) throws IOException {
        List<Pattern> patterns = new ArrayList<>();
        try (var file = PlaneClientsTest.class.getResourceAsStream("/intended-of-clients.yaml")) {
            for (JsonNode entry : new ObjectMapper(new YAMLFactory()).readTree(file)) {
                for (JsonNode line : entry.path(what)) {
                    patterns.add(Pattern.compile(Stream.of(line.asText().split("\\*", -1))
                            .map(Pattern::quote)
                            .reduce((a, b) -> a + ".*" + b)
                            .orElseThrow()));
                }
            }
        }
        return patterns;
    }
}

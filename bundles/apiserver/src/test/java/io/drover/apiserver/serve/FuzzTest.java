package io.drover.apiserver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.Plane;
import io.drover.apiserver.store.Store;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Inputs that are nearly right are answered or refused, never with our own failure, and the server goes on. A failure tells the input,
 * which then belongs into the corpus in {@code src/test/resources/fuzz}. All of them run side by side, for a minute unless {@code
 * -Ddrover.fuzz.seconds=} says otherwise, and {@code -Ddrover.fuzz.seed=} looks elsewhere.
 */
class FuzzTest {

    private static final long SECONDS = Long.getLong("drover.fuzz.seconds", 60);
    private static final long SEED = Long.getLong("drover.fuzz.seed", 1);
    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final String MAP = "/api/v1/namespaces/n/configmaps/m";
    private static final String WIDGET = "/apis/example.com/v1/namespaces/n/widgets/w";
    private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    @TempDir
    Path data;

    private ApiServer server;
    private Asking api;

    @BeforeEach
    void start() {
        server = new ApiServer(Store.open(data, Duration.ofHours(1), Clock.systemUTC()), () -> null);
        api = new Asking(server, Caller.SYSTEM);
        api.post("/api/v1/namespaces", "{'metadata':{'name':'n'}}");
        api.post("/api/v1/namespaces/n/configmaps", "{'metadata':{'name':'m'},'data':{'a':'1'}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fuzz(String corpus, Mutator mutator, Function<String, Answered> ask) throws IOException {
        List<String> inputs = inputs(corpus);
        for (String input : inputs) {
            check(input, ask.apply(input));
        }
        Random random = new Random(SEED);
        Mutation mutation = new Mutation(random);
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        int count = 0;
        for (; System.nanoTime() < end; count++) {
            String input = mutator.mutate(mutation, inputs.get(random.nextInt(inputs.size())));
            check(input, ask.apply(input));
        }
        assertThat(count).isPositive();
        assertThat(api.get(MAP).status()).isEqualTo(200);
    }

    private interface Mutator {
        String mutate(Mutation mutation, String input);
    }

    private static List<String> inputs(String corpus) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(corpus))) {
            return files.sorted().map(FuzzTest::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** 500 with this reason is what the server answers when it fails itself. */
    private static void check(String input, Answered answered) {
        boolean failed = answered.status() >= 500 && answered.body().contains("see the server's log");
        assertThat(failed).as("%s answered with %s", input, answered).isFalse();
    }

    private Answered send(String method, String path, String contentType, String body) {
        return api.ask(method, path, contentType, body, Map.of());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void jsonPatches() throws IOException {
        fuzz("json-patch", Mutation::ofJson, i -> send("PATCH", MAP + "?dryRun=All", "application/json-patch+json", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void mergePatches() throws IOException {
        fuzz(
                "merge-patch",
                Mutation::ofJson,
                i -> send("PATCH", MAP + "?dryRun=All", "application/merge-patch+json", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void strategicMergePatches() throws IOException {
        fuzz(
                "merge-patch",
                Mutation::ofJson,
                i -> send("PATCH", MAP + "?dryRun=All", "application/strategic-merge-patch+json", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void appliedConfigurations() throws IOException {
        api.post(DEFINITIONS, Samples.DEFINITION);
        Plane.await(() -> api.get("/apis/example.com/v1/namespaces/n/widgets").status() == 200);
        api.apply(
                MAP + "?fieldManager=other",
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'b':'1'}}");
        fuzz(
                "apply",
                Mutation::ofJson,
                i -> send(
                        "PATCH",
                        (i.contains("Widget") ? WIDGET : MAP) + "?dryRun=All&fieldManager=f",
                        "application/apply-patch+yaml",
                        i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void definitions() throws IOException {
        fuzz("definition", Mutation::ofJson, i -> send("POST", DEFINITIONS + "?dryRun=All", "application/json", i));
    }

    /** Definitions that are accepted must bear whatever objects come. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void objectsOfOddDefinitions() throws IOException {
        String objects = "/apis/example.com/v1/namespaces/n/gadgets";
        fuzz("definition", Mutation::ofJson, input -> {
            Answered made = send("POST", DEFINITIONS, "application/json", input);
            if (made.status() == 201) {
                String object =
                        "{\"metadata\":{\"name\":\"g\"},\"spec\":{\"size\":2,\"color\":null,\"either\":\"x\",\"parts\":[{\"name\":\"a\"}],"
                                + "\"any\":{\"a\":\"1\"},\"free\":{\"x\":[1]}},\"status\":{\"size\":1}}";
                check(input, send("POST", objects, "application/json", object));
                check(input, send("GET", objects, "", ""));
                check(input, send("DELETE", DEFINITIONS + "/gadgets.example.com", "", ""));
            }
            return made;
        });
    }

    /** Whatever a schema makes of it: defaults, pruning, numbers out of bounds, rules. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void objectsOfDefinedKinds() throws IOException {
        api.post(DEFINITIONS, Samples.DEFINITION);
        String widgets = "/apis/example.com/v1/namespaces/n/widgets";
        Plane.await(() -> api.get(widgets).status() == 200);
        fuzz(
                "object",
                Mutation::ofJson,
                i -> send("POST", widgets + "?dryRun=All&fieldValidation=Warn", "application/json", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void yaml() throws IOException {
        fuzz(
                "yaml",
                Mutation::ofText,
                i -> send("POST", "/api/v1/namespaces/n/configmaps?dryRun=All", "application/yaml", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void admissionPolicies() throws IOException {
        fuzz("policy", Mutation::ofJson, i -> send("POST", POLICIES + "?dryRun=All", "application/json", i));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void selectors() throws IOException {
        fuzz("selector", Mutation::ofText, selector -> {
            String text = URLEncoder.encode(selector, StandardCharsets.UTF_8);
            check(selector, send("GET", "/api/v1/namespaces/n/configmaps?fieldSelector=" + text, "", ""));
            return send("GET", "/api/v1/namespaces/n/configmaps?labelSelector=" + text, "", "");
        });
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void selectorsAndOtherParameters() throws IOException {
        // Watches are asked for elsewhere: here they would hold up the rest. The first of several values counts.
        fuzz(
                "query",
                Mutation::ofQuery,
                query -> send("GET", "/api/v1/namespaces/n/configmaps?watch=false&" + query, "", ""));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void watchParameters() throws IOException {
        fuzz("query", Mutation::ofQuery, query -> {
            Asking.Watched watched = api.watch("/api/v1/namespaces/n/configmaps?watch=true&" + query);
            watched.leave();
            Plane.await(() -> watched.status() != 0);
            assertThat(watched.status()).as(query).isNotEqualTo(500);
            return send("GET", MAP, "", "");
        });
    }
}

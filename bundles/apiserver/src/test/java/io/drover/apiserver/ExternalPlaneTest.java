package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.kind.Kind;
import io.drover.api.kind.KindDefinition;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.external.Connection;
import io.drover.apiserver.external.Takeover;
import io.drover.apiserver.kind.DefinitionVersion;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

/** What Drover does at a real API server that holds its objects. */
@Timeout(300)
@Needs(Need.CLUSTER)
class ExternalPlaneTest {

    private static final String ROPES = "ropes.external.example.com";
    private static final String ANCHORS = "anchors.external.example.com";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static KubernetesCluster cluster;
    private static ClientPlane plane;

    @BeforeAll
    static void start() {
        cluster = KubernetesCluster.named("external-plane").start();
        plane = ClientPlane.shared(
                Connection.read(cluster.kubeconfig().toString()).config());
    }

    @AfterAll
    static void stop() {
        if (plane != null) {
            plane.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    static final class Older {
        @Kind(group = "external.example.com", version = "v1", plural = "ropes")
        record Rope(Long length) {}

        private Older() {}
    }

    static final class Newer {
        @Kind(group = "external.example.com", version = "v1", plural = "ropes")
        record Rope(Long length, String colour) {}

        @Kind(group = "external.example.com", version = "v1", plural = "anchors")
        record Anchor(Long weight) {}

        private Newer() {}
    }

    @BeforeEach
    void forgetRopes() {
        cluster.kubectl("delete", "crd", ROPES, ANCHORS, "--ignore-not-found");
    }

    @Test
    void anOlderServerLeavesTheDefinitionsOfANewerOneAlone() {
        // given a newer server's definition, which took an older one's place
        install("0.9.3", Older.Rope.class);
        install("0.10.0", Newer.Rope.class);
        CustomResourceDefinition newer = definition();
        assertThat(colourIsKnown(newer)).isTrue();
        await("the rope is there", ExternalPlaneTest::createRope);

        // when the older one starts again, and so does the newer one
        install("0.9.3", Older.Rope.class);
        install("0.10.0", Newer.Rope.class);

        // then nothing was written, and the older one works on
        assertThat(definition().getMetadata().getResourceVersion())
                .isEqualTo(newer.getMetadata().getResourceVersion());
        plane.objects(Older.Rope.class).edit("r", rope -> rope.with(value -> new Older.Rope(8L)));
        assertThat(plane.objects(Newer.Rope.class).get("r").orElseThrow().value())
                .isEqualTo(new Newer.Rope(8L, "red"));

        // and each knows that before it starts
        assertThat(changesFor("0.9.3", Older.Rope.class)).isEmpty();
        assertThat(changesFor("0.10.0", Older.Rope.class)).isNotEmpty();

        // and a version further up writes again
        install("1.0.0", Newer.Rope.class);
        assertThat(DefinitionVersion.in(definition())).hasToString("1.0.0");
    }

    @Test
    void ofServersThatStartTogetherTheNewestWins() {
        install("2.0.0", Older.Rope.class);

        CompletableFuture.allOf(Stream.of("2.1.0", "2.1.9", "2.2.0", "2.1.5", "2.0.5")
                        .map(version -> CompletableFuture.runAsync(
                                () -> install(version, version.equals("2.2.0") ? Newer.Rope.class : Older.Rope.class)))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(DefinitionVersion.in(definition())).hasToString("2.2.0");
        assertThat(colourIsKnown(definition())).isTrue();
    }

    @Test
    void theNewerWinsAlsoIfAnOlderOneHadFoundNothingThereAndWritesAfterIt() {
        AtomicBoolean overwritten = new AtomicBoolean();
        new KindInstaller(plane.client(), kind -> {
                    if (kind == Newer.Anchor.class && !overwritten.getAndSet(true)) {
                        overwriteWithOlderRope();
                    }
                    return new DefinitionVersion(Version.parseVersion("3.0.0"));
                })
                .install(List.of(Newer.Rope.class, Newer.Anchor.class));

        assertThat(DefinitionVersion.in(definition())).hasToString("3.0.0");
        assertThat(colourIsKnown(definition())).isTrue();
    }

    private static void overwriteWithOlderRope() {
        CustomResourceDefinition older = KindDefinition.of(Older.Rope.class).customResourceDefinition();
        plane.client()
                .resource(new DefinitionVersion(Version.parseVersion("2.9.0")).mark(older))
                .fieldManager("drover")
                .forceConflicts()
                .serverSideApply();
    }

    private static List<String> changesFor(String version, Class<? extends Record> kind) {
        return new Takeover(plane.client(), k -> new DefinitionVersion(Version.parseVersion(version)))
                .look(List.of(kind))
                .get(0)
                .changes();
    }

    private static void install(String version, Class<? extends Record> kind) {
        new KindInstaller(plane.client(), k -> new DefinitionVersion(Version.parseVersion(version)))
                .install(List.of(kind));
    }

    private static CustomResourceDefinition definition() {
        return plane.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(ROPES)
                .require();
    }

    private static boolean colourIsKnown(CustomResourceDefinition definition) {
        return definition
                .getSpec()
                .getVersions()
                .get(0)
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .containsKey("colour");
    }

    /** A kind is established a moment before it is served. */
    private static boolean createRope() {
        try {
            plane.client().resource(rope()).create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404) {
                throw e;
            }
            return false;
        }
    }

    private static GenericKubernetesResource rope() {
        GenericKubernetesResource rope = new GenericKubernetesResource();
        rope.setApiVersion(KindDefinition.of(Newer.Rope.class).apiVersion());
        rope.setKind("Rope");
        rope.setMetadata(new ObjectMetaBuilder().withName("r").build());
        rope.setAdditionalProperty("length", 7);
        rope.setAdditionalProperty("colour", "red");
        return rope;
    }

    @Test
    void withoutAKubeconfigItGoesByThePodsAccountAndItsTokenMayBeReplaced(@TempDir Path account) throws Exception {
        // given the account as a kubelet shows it in a pod
        cluster.kubectl("create", "serviceaccount", "drover", "--namespace=default");
        cluster.kubectl(
                "create",
                "clusterrolebinding",
                "drover",
                "--clusterrole=cluster-admin",
                "--serviceaccount=default:drover");
        String first = token("first");
        show(account, "1", first);
        Files.createSymbolicLink(account.resolve("token"), Path.of("..data/token"));
        Files.createSymbolicLink(account.resolve("ca.crt"), Path.of("..data/ca.crt"));
        Connection connection = Connection.ofPod(
                account,
                Map.of(
                        "KUBERNETES_SERVICE_HOST", cluster.server().getHost(),
                        "KUBERNETES_SERVICE_PORT",
                                Integer.toString(cluster.server().getPort())));
        assertThat(connection.server().getAuthority())
                .isEqualTo(cluster.server().getAuthority());

        try (ClientPlane byAccount = ClientPlane.shared(connection.config());
                var informer =
                        byAccount.client().configMaps().inNamespace("default").inform()) {
            assertThat(connection.bearerToken()).contains(first);
            create(byAccount.client(), "by-the-first");

            // when the token is replaced, and the old one is good no more
            String second = token("second");
            show(account, "2", second);
            cluster.kubectl("delete", "secret", "first", "--namespace=default");
            await("the first token is refused", () -> status(connection, first) == 401);

            // then all goes on by the new one
            assertThat(connection.bearerToken()).contains(second);
            create(byAccount.client(), "by-the-second");
            await("the informer has seen it", () -> informer.getStore().list().stream()
                    .map(map -> map.getMetadata().getName())
                    .toList()
                    .containsAll(List.of("by-the-first", "by-the-second")));
        }
    }

    @Test
    void whereThereIsNoPodItSaysSo(@TempDir Path account) {
        assertThatThrownBy(() -> Connection.ofPod(account, Map.of()))
                .isInstanceOf(DroverException.class)
                .hasMessageContaining("does not run in a pod with a service account");
    }

    /** A token that is good until the Secret of that name is gone. */
    private static String token(String secret) {
        cluster.kubectl("create", "secret", "generic", secret, "--namespace=default");
        return cluster.kubectl(
                        "create",
                        "token",
                        "drover",
                        "--namespace=default",
                        "--bound-object-kind=Secret",
                        "--bound-object-name=" + secret)
                .strip();
    }

    /** All files at once, by another folder in the place of the one before. */
    private static void show(Path account, String number, String token) throws IOException {
        Path files = Files.createDirectory(account.resolve("..files" + number));
        Files.writeString(files.resolve("token"), token);
        Files.copy(cluster.authority(), files.resolve("ca.crt"));
        Path link = Files.createSymbolicLink(account.resolve("..new"), files.getFileName());
        Files.move(link, account.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void create(KubernetesClient client, String name) {
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .build();
        client.resource(map).create();
    }

    private static int status(Connection connection, String token) {
        try {
            // HTTP/1.1: over HTTP/2 the API server hangs up with a 401.
            HttpClient http = HttpClient.newBuilder()
                    .sslContext(connection.tls())
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            return http.send(
                            HttpRequest.newBuilder(URI.create(
                                            "https://" + connection.server().getAuthority() + "/api/v1/namespaces"))
                                    .header("Authorization", "Bearer " + token)
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}

package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.kind.Kind;
import io.drover.api.kind.KindDefinition;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.external.Connection;
import io.drover.apiserver.kind.DefinitionVersion;
import io.drover.testbed.KubernetesCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
class ExternalPlaneTest {

    private static final String ROPES = "ropes.external.example.com";
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

        private Newer() {}
    }

    @BeforeEach
    void forgetRopes() {
        cluster.kubectl("delete", "crd", ROPES, "--ignore-not-found");
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
    void whereThereIsNoPodItSaysSo(@TempDir Path account) {
        assertThatThrownBy(() -> Connection.ofPod(account, Map.of()))
                .isInstanceOf(DroverException.class)
                .hasMessageContaining("does not run in a pod with a service account");
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}

package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {

    private static final int OBJECTS = 1_500;

    @TempDir
    Path data;

    private Store open() {
        return Store.open(data, Duration.ofHours(1), Clock.systemUTC());
    }

    private void fill() throws Exception {
        try (Store store = open()) {
            List<CompletableFuture<Stored>> writes = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                object.putObject("metadata");
                writes.add(store.write(Write.create("/a/b/o" + i, object.put("value", i), null, StoreTest.ME)));
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    private List<String> keys() throws Exception {
        List<String> lines = Files.readAllLines(data.resolve("key"));
        return lines.subList(1, lines.size());
    }

    @Test
    void aNewKeySealsEverythingAndTheOldOneIsDropped() throws Exception {
        fill();
        String old = keys().get(0);
        try (Store store = open()) {
            CompletableFuture<Void> rotation = store.rotateKey();
            Stored changed = store.now().get("/a/b/o1").orElseThrow();
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.putObject("metadata");
            store.write(Write.replace(changed, object, StoreTest.ME)).get(30, TimeUnit.SECONDS);
            rotation.get(60, TimeUnit.SECONDS);
            assertThat(keys()).singleElement().asString().startsWith("2 ").isNotEqualTo(old);
            assertThat(store.past().history("/a/b/o1", Long.MAX_VALUE, 10)).hasSize(2);
        }
        try (Store store = open()) {
            assertThat(store.now().countBelow("/a/b/", "/a/b/")).isEqualTo(OBJECTS);
        }
    }

    @Test
    void aRotationThatWasCutOffGoesOnWithTheNextStart() throws Exception {
        fill();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CutOff.class.getName(),
                        data.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
        assertThat(keys()).hasSize(2);

        try (Store store = open()) {
            assertThat(store.now().countBelow("/a/b/", "/a/b/")).isEqualTo(OBJECTS);
            store.rotateKey().get(60, TimeUnit.SECONDS);
            assertThat(keys()).singleElement().asString().startsWith("2 ");
        }
        try (Store store = open()) {
            assertThat(store.now().countBelow("/a/b/", "/a/b/")).isEqualTo(OBJECTS);
        }
    }

    /** Ends at once, in the middle of a rotation. */
    static final class CutOff {
        private CutOff() {}

        public static void main(String[] args) {
            Store store = Store.open(Path.of(args[0]), Duration.ofHours(1), Clock.systemUTC());
            store.rotateKey();
            while (store.sealedUpTo() < OBJECTS / 2) {
                Thread.onSpinWait();
            }
            Runtime.getRuntime().halt(9);
        }
    }
}

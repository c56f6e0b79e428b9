package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process whose system calls fail as those of a full or dying disk do. */
class DiskFaultTest {

    @TempDir
    Path folder;

    @Test
    void aFullDiskIsSaidAndLeftBehindAndADyingOneEndsTheProcess() throws Exception {
        Path faults = Files.createDirectory(folder.resolve("faults"));
        Process process = start(faults);
        try (BufferedReader said =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                PrintStream tell = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
            assertThat(ask("write a", tell, said)).isEqualTo("1");

            Files.createFile(faults.resolve("write"));
            assertThat(ask("write b", tell, said)).isEqualTo("NO_SPACE");
            assertThat(ask("read a", tell, said)).isEqualTo("1");
            assertThat(ask("read b", tell, said)).isEqualTo("none");

            Files.delete(faults.resolve("write"));
            assertThat(ask("write b", tell, said)).isEqualTo("2");

            Files.createFile(faults.resolve("sync"));
            assertThat(ask("write c", tell, said)).isNull();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(74);
        } finally {
            process.destroyForcibly();
        }
        try (Store store = Store.open(folder.resolve("data"), Duration.ofHours(1), Clock.systemUTC())) {
            assertThat(store.now().get("/a/b/a")).isPresent();
            assertThat(store.now().get("/a/b/b")).isPresent();
        }
    }

    private static String ask(String what, PrintStream tell, BufferedReader said) throws IOException {
        tell.println(what);
        return said.readLine();
    }

    private Process start(Path faults) throws Exception {
        Path library = folder.resolve("disk_faults.so");
        Process compiler = new ProcessBuilder(
                        "cc", "-shared", "-fPIC", "-o", library.toString(), "src/test/c/disk_faults.c", "-ldl")
                .inheritIO()
                .start();
        assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(compiler.exitValue()).isZero();
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Told.class.getName(),
                        folder.resolve("data").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        program.environment().put("LD_PRELOAD", library.toString());
        program.environment().put("DISK_FAULTS", faults.toString());
        return program.start();
    }

    /** Does what it is told, line by line. */
    static final class Told {
        private Told() {}

        public static void main(String[] args) throws IOException {
            Store store = Store.open(Path.of(args[0]), Duration.ofHours(1), Clock.systemUTC());
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String key = "/a/b/" + line.split(" ")[1];
                System.out.println(line.startsWith("read") ? read(store, key) : write(store, key));
            }
            store.close();
        }

        private static String read(Store store, String key) {
            return store.now().get(key).map(s -> Long.toString(s.revision())).orElse("none");
        }

        private static String write(Store store, String key) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.putObject("metadata");
            try {
                return Long.toString(store.write(Write.create(key, object, null, StoreTest.ME))
                        .join()
                        .revision());
            } catch (CompletionException e) {
                return ((WriteFailure) e.getCause()).reason().name();
            }
        }
    }
}

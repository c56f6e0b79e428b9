package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {

    private static final int KILLS = 3;
    private static final int WRITERS = 8;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 400;

    @TempDir
    Path data;

    @Test
    void aKilledProcessLosesNothingItAcknowledged() throws Exception {
        Map<String, Long> acknowledged = new HashMap<>();
        long last = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path told = data.resolve("told-" + kill);
            Process writer = startWriter(kill, told);
            awaitLines(told, writer);
            writer.destroyForcibly();
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();

            for (String line : Files.readAllLines(told)) {
                note(line, acknowledged);
            }
            try (Store store = Store.open(data, Duration.ofHours(1), Clock.systemUTC())) {
                for (Map.Entry<String, Long> entry : acknowledged.entrySet()) {
                    Stored stored = store.now().get(entry.getKey()).orElseThrow();
                    assertThat(stored.revision()).isGreaterThanOrEqualTo(entry.getValue());
                }
                assertThat(store.now().revision()).isGreaterThan(last);
                last = store.now().revision();
            }
        }
    }

    private static void awaitLines(Path told, Process writer) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Files.exists(told) || Files.readAllLines(told).size() < ACKNOWLEDGED_BEFORE_KILL) {
            assertThat(writer.isAlive()).isTrue();
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** The last line may be half written. */
    private static void note(String line, Map<String, Long> acknowledged) {
        String[] parts = line.split(" ");
        if (parts.length == 3) {
            acknowledged.merge(parts[0], Long.valueOf(parts[1]), Math::max);
        }
    }

    private Process startWriter(int round, Path told) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        data.toString(),
                        Integer.toString(round))
                .redirectOutput(told.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Several threads create and replace objects for ever, and print a line for each that is acknowledged. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            Store store = Store.open(Path.of(args[0]), Duration.ofHours(1), Clock.systemUTC());
            for (int t = 0; t < WRITERS; t++) {
                int writer = t;
                new Thread(() -> write(store, args[1] + "-" + writer)).start();
            }
        }

        private static void write(Store store, String name) {
            for (int i = 0; ; i++) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                object.putObject("metadata");
                object.put("value", i);
                Stored stored = store.write(Write.create("/a/b/" + name + "-" + i, object, null, "me"))
                        .join();
                Stored again = store.write(Write.replace(stored, object, "me")).join();
                synchronized (Writer.class) {
                    System.out.println(again.key() + " " + again.revision() + " .");
                    System.out.flush();
                }
            }
        }
    }
}

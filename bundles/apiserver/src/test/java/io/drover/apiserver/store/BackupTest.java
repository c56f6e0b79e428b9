package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {

    private static final char[] PASSPHRASE = "correct horse battery staple".toCharArray();
    private static final Backup.Progress QUIET = (done, total) -> {};

    @TempDir
    Path folder;

    private Store open(String name) {
        return Store.open(folder.resolve(name), new Retention(Duration.ofHours(1), 100), Clock.systemUTC());
    }

    private static ObjectNode object(int value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata");
        return object.put("value", value).put("filling", "readable".repeat(20));
    }

    private static Map<String, String> content(Store store) {
        Map<String, String> content = new HashMap<>();
        store.now()
                .below("/")
                .forEachRemaining(s -> content.put(s.key(), new String(s.json(), StandardCharsets.UTF_8)));
        return content;
    }

    @Test
    void aBackupMadeUnderLoadIsEverythingAsItWasAtOneRevision() throws Exception {
        Path file = folder.resolve("backup");
        Map<Long, Map.Entry<String, Integer>> written = new HashMap<>();
        Backup.Summary summary;
        try (Store store = open("data")) {
            AtomicBoolean enough = new AtomicBoolean();
            Thread writer = new Thread(() -> {
                Map<String, Stored> last = new HashMap<>();
                for (int i = 0; !enough.get(); i++) {
                    String key = "/a/b/o" + i % 50;
                    Stored before = last.get(key);
                    Write write = before == null
                            ? Write.create(key, object(i), null, StoreTest.ME)
                            : Write.replace(before, object(i), StoreTest.ME);
                    Stored now = store.write(write).join();
                    last.put(key, now);
                    written.put(now.revision(), Map.entry(key, i));
                }
            });
            writer.start();
            StoreTest.await(() -> store.now().revision() > 500);
            summary = store.backUp(file, PASSPHRASE, QUIET);
            long saved = summary.revision();
            StoreTest.await(() -> store.now().revision() > saved);
            enough.set(true);
            writer.join(30_000);
            assertThat(writer.isAlive()).isFalse();
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("readable");

        Backup.restore(file, PASSPHRASE, folder.resolve("restored"), QUIET);
        Map<String, Integer> expected = new HashMap<>();
        for (long revision = 1; revision <= summary.revision(); revision++) {
            expected.put(written.get(revision).getKey(), written.get(revision).getValue());
        }
        try (Store store = open("restored")) {
            Map<String, String> restored = content(store);
            assertThat(restored).hasSameSizeAs(expected);
            expected.forEach((key, value) -> assertThat(restored.get(key)).contains("\"value\":" + value + ","));
            // Who saw later revisions of the lost server must not take new ones for them.
            assertThat(store.write(Write.create("/a/b/new", object(1), null, StoreTest.ME))
                            .get(30, TimeUnit.SECONDS)
                            .revision())
                    .isGreaterThan(summary.revision() + 100_000);
            assertThat(store.feed("/a/b/").after(summary.revision())).isEmpty();
            Revision latest = store.past().history("/a/b/o1", Long.MAX_VALUE, 1).get(0);
            assertThat(latest.author()).isEqualTo(StoreTest.ME);
        }
    }

    @Test
    void whatIsDamagedCutOffOrNotOursIsRefusedAndLeavesNothing() throws Exception {
        Path file = folder.resolve("backup");
        try (Store store = open("data")) {
            for (int i = 0; i < 200; i++) {
                store.write(Write.create("/a/b/o" + i, object(i), null, StoreTest.ME));
            }
            store.write(Write.create("/a/b/last", object(0), null, StoreTest.ME))
                    .get(30, TimeUnit.SECONDS);
            store.backUp(file, PASSPHRASE, QUIET);
            assertThatThrownBy(() -> store.backUp(file, PASSPHRASE, QUIET))
                    .isInstanceOf(DroverException.class)
                    .hasMessageContaining("it is there already");
        }
        Path restored = folder.resolve("restored");
        assertThatThrownBy(() -> Backup.restore(file, "another".toCharArray(), restored, QUIET))
                .hasMessageContaining("the passphrase is not the one that it was written with");
        assertThatThrownBy(() -> Backup.restore(file, PASSPHRASE, folder.resolve("data"), QUIET))
                .hasMessageContaining("data is not empty");
        assertThatThrownBy(() -> Backup.restore(folder.resolve("none"), PASSPHRASE, restored, QUIET))
                .hasMessageContaining("none is not there");
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(7);
        for (int i = 0; i < 6; i++) {
            byte[] damaged = whole.clone();
            damaged[32 + random.nextInt(whole.length - 32)] ^= 1;
            Files.write(file, i % 2 == 0 ? damaged : Arrays.copyOf(whole, 32 + random.nextInt(whole.length - 32)));
            assertThatThrownBy(() -> Backup.restore(file, PASSPHRASE, restored, QUIET))
                    .isInstanceOf(DroverException.class);
            assertThat(restored).doesNotExist();
        }
        Files.writeString(file, "something else");
        assertThatThrownBy(() -> Backup.restore(file, PASSPHRASE, restored, QUIET))
                .hasMessageContaining("it is not a backup of Drover's");
        assertThat(folder.resolve("restored.restoring")).doesNotExist();
    }
}

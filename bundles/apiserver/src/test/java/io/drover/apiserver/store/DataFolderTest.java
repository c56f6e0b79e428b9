package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

class DataFolderTest {

    private static final int DAMAGES = 100;

    @TempDir
    Path folder;

    private static Store open(Path data) {
        return Store.open(data, Duration.ofHours(1), Clock.systemUTC());
    }

    private static void fill(Path data, int objects) throws Exception {
        try (Store store = open(data)) {
            for (int i = 0; i < objects; i++) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                object.putObject("metadata").putObject("labels").put("n", "n" + i);
                object.put("value", "x".repeat(i * 7));
                store.write(Write.create("/a/b/o" + i, object, null, StoreTest.ME));
            }
            assertThat(store.write(Write.create("/a/b/last", JsonNodeFactory.instance.objectNode(), null, StoreTest.ME))
                            .get(30, TimeUnit.SECONDS)
                            .revision())
                    .isEqualTo(objects + 1);
        }
    }

    private static Map<String, String> content(Store store) {
        Map<String, String> content = new HashMap<>();
        store.now()
                .below("/")
                .forEachRemaining(s -> content.put(s.key(), new String(s.json(), StandardCharsets.UTF_8)));
        return content;
    }

    /** Wherever a byte is wrong, either the folder is refused with a sentence, or every object is as it was. */
    @Test
    void noDamageGoesUnnoticed() throws Exception {
        Path whole = folder.resolve("whole");
        fill(whole, 300);
        Map<String, String> expected;
        try (Store store = open(whole)) {
            expected = content(store);
        }
        byte[] database = Files.readAllBytes(whole.resolve("objects.db"));
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Path data = copy(whole, "damaged-" + i);
            byte[] damaged = damage(database, random, i);
            Files.write(data.resolve("objects.db"), damaged);
            try (Store store = open(data)) {
                assertThat(content(store)).isEqualTo(expected);
            } catch (DroverException e) {
                refused++;
                assertThat(e).hasMessageStartingWith("The data folder " + data + " can't be used: ");
                assertThat(Files.readAllBytes(data.resolve("objects.db"))).isEqualTo(damaged);
            }
        }
        assertThat(refused).isGreaterThan(DAMAGES / 2);
    }

    private static byte[] damage(byte[] database, Random random, int kind) {
        if (kind % 10 == 0) {
            return java.util.Arrays.copyOf(database, random.nextInt(database.length));
        }
        byte[] damaged = database.clone();
        int at = random.nextInt(database.length);
        if (kind % 10 == 1) {
            java.util.Arrays.fill(damaged, at, Math.min(database.length, at + 4096), (byte) 0);
        } else {
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = Files.createDirectory(folder.resolve(name));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    @Test
    void whatIsLostIsNotMadeAnew() throws Exception {
        fill(folder.resolve("data"), 3);
        Path noDatabase = copy(folder.resolve("data"), "no-database");
        Files.delete(noDatabase.resolve("objects.db"));
        assertThatThrownBy(() -> open(noDatabase)).hasMessageContaining("objects.db is missing");
        Path empty = copy(folder.resolve("data"), "empty");
        Files.write(empty.resolve("objects.db"), new byte[0]);
        assertThatThrownBy(() -> open(empty)).hasMessageContaining("objects.db is missing");
        Path newer = copy(folder.resolve("data"), "newer");
        Files.writeString(newer.resolve("format"), "3\n");
        assertThatThrownBy(() -> open(newer)).hasMessageContaining("newer version (format 3, this one knows 2)");
    }

    @Test
    void aDatabaseOfSomebodyElseIsLeftAlone() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        execute(data, "CREATE TABLE theirs (a)");
        byte[] before = Files.readAllBytes(data.resolve("objects.db"));
        Files.write(data.resolve("key"), new byte[32]);

        assertThatThrownBy(() -> open(data)).hasMessageContaining("objects.db was not written by Drover");
        assertThat(Files.readAllBytes(data.resolve("objects.db"))).isEqualTo(before);
    }

    @Test
    void afterACreationThatWasCutOffTheNextOneSucceeds() throws Exception {
        Path keyOnly = Files.createDirectory(folder.resolve("key-only"));
        Files.write(keyOnly.resolve("key"), new byte[32]);
        open(keyOnly).close();
        Path noTables = Files.createDirectory(folder.resolve("no-tables"));
        Files.write(noTables.resolve("key"), new byte[32]);
        execute(noTables, "PRAGMA journal_mode=WAL");
        open(noTables).close();
        assertThat(noTables.resolve("format")).hasContent("2");
    }

    @Test
    void aFolderOfTheFirstFormatIsTakenOver() throws Exception {
        Path data = folder.resolve("data");
        fill(data, 3);
        Files.delete(data.resolve("format"));
        execute(data, "ALTER TABLE log DROP COLUMN source");
        execute(data, "ALTER TABLE log DROP COLUMN verb");
        execute(data, "DROP TABLE counters");
        execute(data, "PRAGMA user_version=1");
        try (Store store = open(data)) {
            assertThat(content(store)).hasSize(4);
            assertThat(store.past().floor()).isEqualTo(4);
            assertThat(store.past().history("/a/b/last", 100, 10))
                    .singleElement()
                    .satisfies(r -> assertThat(r.author()).isEqualTo(new Author("me", "", "")));
        }
    }

    private static void execute(Path data, String command) throws Exception {
        try (var connection = new JDBC().connect("jdbc:sqlite:" + data.resolve("objects.db"), new Properties());
                var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}

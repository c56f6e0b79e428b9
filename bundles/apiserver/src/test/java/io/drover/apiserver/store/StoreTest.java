package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

class StoreTest {

    static final Author ME = new Author("me", "192.0.2.1", "update");
    private static final String TOPIC = "/core/configmaps/";

    @TempDir
    Path data;

    private Store open() {
        return Store.open(data, Duration.ofHours(1), Clock.systemUTC());
    }

    private static ObjectNode object(String value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata");
        return object.put("value", value);
    }

    private static Stored create(Store store, String name, String value) throws Exception {
        return store.write(Write.create(TOPIC + name, object(value), null, ME)).get(30, TimeUnit.SECONDS);
    }

    @Test
    void revisionsAreOneSequenceAndSurviveAReopening() throws Exception {
        try (Store store = open()) {
            assertThat(create(store, "a", "1").revision()).isEqualTo(1);
            assertThat(create(store, "b", "1").revision()).isEqualTo(2);
            Stored b = store.now().get(TOPIC + "b").orElseThrow();
            store.write(Write.remove(b, object("1"), ME)).get(30, TimeUnit.SECONDS);
        }
        try (Store store = open()) {
            assertThat(store.now().revision()).isEqualTo(3);
            assertThat(store.now().get(TOPIC + "b")).isEmpty();
            assertThat(text(store.now().get(TOPIC + "a").orElseThrow()))
                    .contains("\"resourceVersion\":\"1\"")
                    .contains("\"value\":\"1\"");
        }
    }

    @Test
    void aWriteThatExpectsAnotherRevisionIsRefused() throws Exception {
        try (Store store = open()) {
            Stored first = create(store, "a", "1");
            store.write(Write.replace(first, object("2"), ME)).get(30, TimeUnit.SECONDS);

            assertThat(failure(store.write(Write.replace(first, object("3"), ME))))
                    .isEqualTo(WriteFailure.Reason.STALE);
            assertThat(failure(store.write(Write.create(TOPIC + "a", object("4"), null, ME))))
                    .isEqualTo(WriteFailure.Reason.STALE);
            assertThat(failure(store.write(Write.create(TOPIC + "c", object("5"), "/core/namespaces/x", ME))))
                    .isEqualTo(WriteFailure.Reason.NO_PARENT);
            assertThat(text(store.now().get(TOPIC + "a").orElseThrow())).contains("\"2\"");
        }
    }

    private static WriteFailure.Reason failure(CompletableFuture<Stored> write) throws Exception {
        try {
            write.get(30, TimeUnit.SECONDS);
            throw new AssertionError("The write was made");
        } catch (ExecutionException e) {
            return ((WriteFailure) e.getCause()).reason();
        }
    }

    @Test
    void readersKeepTheSnapshotTheyTook() throws Exception {
        try (Store store = open()) {
            create(store, "a", "1");
            Snapshot before = store.now();
            create(store, "b", "1");

            assertThat(keys(before.below(TOPIC))).containsExactly(TOPIC + "a");
            assertThat(keys(store.now().below(TOPIC))).containsExactly(TOPIC + "a", TOPIC + "b");
        }
    }

    private static List<String> keys(Iterator<Stored> objects) {
        List<String> keys = new ArrayList<>();
        objects.forEachRemaining(o -> keys.add(o.key()));
        return keys;
    }

    @Test
    void waitingWritesAreCommittedTogetherAndToldInOrder() throws Exception {
        try (Store store = open()) {
            Feed.Cursor cursor = store.feed(TOPIC).after(0).orElseThrow();
            // While the writer is held up in telling of one write, the others gather.
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            store.feed(TOPIC).listen(() -> {
                held.countDown();
                await(released);
            });
            store.write(Write.create(TOPIC + "first", object("1"), null, ME));
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            List<CompletableFuture<Stored>> writes = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                writes.add(store.write(Write.create(TOPIC + "o" + i, object("1"), null, ME)));
            }
            CompletableFuture<Long> firstSeen =
                    writes.get(0).thenApply(s -> store.now().revision());
            released.countDown();

            // The first of the group is acknowledged when the whole group is there.
            assertThat(firstSeen.get(30, TimeUnit.SECONDS)).isEqualTo(301);
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            for (long revision = 1; revision <= 301; revision++) {
                assertThat(cursor.next().revision()).isEqualTo(revision);
            }
            assertThat(cursor.next()).isNull();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aReaderOfAFeedThatFallsTooFarBehindHasLostItsPlace() {
        Feed feed = new Feed(0, Reach.DEFAULT);
        Feed.Cursor slow = feed.after(0).orElseThrow();
        for (int i = 1; i <= Reach.DEFAULT.changes() + 10; i++) {
            Stored stored = new Stored("/a/b/c", i, java.util.Map.of(), List.of(), false, new byte[1]);
            feed.append(new Event(i, null, stored, false));
        }

        assertThat(slow.isLost()).isTrue();
        assertThat(feed.after(5)).isEmpty();
        assertThat(feed.after(11)).isPresent();
    }

    @Test
    void watchersCanGoOnAfterAReopening() throws Exception {
        try (Store store = open()) {
            create(store, "a", "1");
            Stored b = create(store, "b", "old");
            store.write(Write.replace(b, object("new"), ME)).get(30, TimeUnit.SECONDS);
        }
        try (Store store = open()) {
            Feed.Cursor cursor = store.feed(TOPIC).after(1).orElseThrow();
            assertThat(cursor.next().revision()).isEqualTo(2);
            Event change = cursor.next();
            assertThat(text(change.before())).contains("old");
            assertThat(text(change.after())).contains("new");
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void nothingReadableIsOnDisk() throws Exception {
        try (Store store = open()) {
            create(store, "a", "correct-horse-battery-staple");
        }
        try (var files = Files.list(data)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("correct-horse");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aFolderThatCantBeUsedIsRefusedWithOneSentence() throws Exception {
        try (Store store = open()) {
            create(store, "a", "1");
            assertThatThrownBy(this::open)
                    .isInstanceOf(DroverException.class)
                    .hasMessage("The data folder " + data + " can't be used: another process is using it");
        }
        byte[] key = Files.readAllBytes(data.resolve("key"));
        Files.write(data.resolve("key"), new byte[32]);
        assertThatThrownBy(this::open)
                .isInstanceOf(DroverException.class)
                .hasMessageContaining("changed, or sealed with another key");
        Files.delete(data.resolve("key"));
        assertThatThrownBy(this::open).hasMessageContaining("key file is missing");
        Files.write(data.resolve("key"), key);
        pragma("user_version=99");
        assertThatThrownBy(this::open).hasMessageContaining("newer version (format 99");
        pragma("user_version=2");
        open().close();
        Files.write(
                data.resolve("objects.db"),
                "no database at all, but long enough to be taken for one"
                        .repeat(100)
                        .getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(this::open).isInstanceOf(DroverException.class).hasMessageContaining("can't be used");
    }

    private void pragma(String pragma) throws Exception {
        try (var connection = new JDBC().connect("jdbc:sqlite:" + data.resolve("objects.db"), new Properties());
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA " + pragma);
        }
    }

    @Test
    void aFullDiskRefusesWritesAndNothingElseUntilThereIsSpace() throws Exception {
        try (Store store = open()) {
            create(store, "a", "1");
            store.limitDisk(1);
            assertThat(failure(store.write(Write.create(TOPIC + "big", object("x".repeat(1 << 20)), null, ME))))
                    .isEqualTo(WriteFailure.Reason.NO_SPACE);
            assertThat(store.isRefusingWrites()).isTrue();
            assertThat(store.now().get(TOPIC + "a")).isPresent();
            assertThat(store.now().get(TOPIC + "big")).isEmpty();

            store.limitDisk(1_000_000);
            assertThat(create(store, "b", "1").revision()).isEqualTo(2);
            assertThat(store.isRefusingWrites()).isFalse();
        }
    }

    @Test
    void onlyReplacedRevisionsOlderThanAskedForAreForgotten() throws Exception {
        Clock early = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneId.of("UTC"));
        try (Store store = Store.open(data, Duration.ofHours(1), early)) {
            Stored a = create(store, "a", "1");
            store.write(Write.replace(a, object("2"), ME)).get(30, TimeUnit.SECONDS);
            Stored b = create(store, "b", "1");
            store.write(Write.remove(b, object("1"), ME)).get(30, TimeUnit.SECONDS);
            create(store, "c", "1");
        }
        try (Log log = Log.open(data)) {
            while (log.forget(log.revisionAt(early.millis() + 1), 2) < 4) {
                assertThat(log.lastRevision()).isEqualTo(5);
            }
            List<Long> left = new ArrayList<>();
            log.readAfter(0, row -> left.add(row.revision()));
            assertThat(left).containsExactly(2L, 5L);
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private static String text(Stored stored) {
        return new String(stored.json(), StandardCharsets.UTF_8);
    }
}

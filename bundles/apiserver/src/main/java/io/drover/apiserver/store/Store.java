package io.drover.apiserver.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.apiserver.store.WriteFailure.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * All objects, durable. One writes, turn by turn: it takes whatever waits, commits it to the log as one group, makes it visible, tells the
 * feeds and acknowledges. Reading takes no lock.
 */
public final class Store implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Store.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int GROUP = 512;
    private static final int QUEUE = 20_000;
    private static final int REPLAYED = 5_000;
    private static final int EXIT_DISK_FAILED = 74;

    private final Log revisions;
    private final Upkeep upkeep;
    private final Past past;
    private final Clock clock;
    private final Reach reach;
    private final Turns turns;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(QUEUE);
    private final ConcurrentMap<String, Feed> feeds = new ConcurrentHashMap<>();
    private Feed everything;
    private volatile Snapshot current;
    // Feeds hold everything up to here, and the snapshot is no older.
    private volatile long published;
    private long feedsStartAfter;
    private long lastTime;
    private volatile boolean closed;
    private volatile boolean refusing;
    private volatile Companion companion = Companion.NONE;

    private record Waiting(Write write, CompletableFuture<Stored> done) {}

    private record Done(Waiting waiting, Stored before, Stored after) {}

    private Store(Log revisions, Retention retention, Reach reach, Clock clock, Turns turns) {
        this.revisions = revisions;
        this.upkeep = new Upkeep(revisions, retention, clock, turns::nanoTime);
        this.past = new Past(revisions.folder());
        this.clock = clock;
        this.reach = reach;
        this.turns = turns;
    }

    /** {@link #open(Path, Retention, Clock)} with the default number of revisions. */
    public static Store open(Path folder, Duration keep, Clock clock) {
        return open(folder, Retention.of(keep), clock);
    }

    /** {@link #open(Path, Retention, Reach, Clock, Turns)} with a thread of its own. */
    public static Store open(Path folder, Retention retention, Clock clock) {
        return open(folder, retention, Reach.DEFAULT, clock, new WriterThread());
    }

    /**
     * Opens the store in a folder, which is made if it is not there.
     *
     * @param turns the writer's, closed with the store
     * @throws DroverException with one sentence when the folder can't be used
     */
    public static Store open(Path folder, Retention retention, Reach reach, Clock clock, Turns turns) {
        Log revisions = Log.open(folder);
        try {
            Store store = new Store(revisions, retention, reach, clock, turns);
            store.load();
            turns.begin(store::turn);
            return store;
        } catch (IOException | SQLException | RuntimeException e) {
            revisions.close();
            throw DataFolder.unusable(folder, e);
        }
    }

    private void load() throws SQLException, IOException {
        CompletableFuture<Void> check = revisions.folder().check();
        try {
            long last = revisions.lastRevision();
            lastTime = revisions.lastTime();
            current = new Snapshot(last, Loading.current(revisions));
            published = last;
            everything = new Feed(last, reach);
            replayFeeds(last);
        } finally {
            // Whatever else was found, damage explains it best.
            DataFolder.join(check);
        }
    }

    /** Watches may go on after a restart from where they were. */
    private void replayFeeds(long last) throws SQLException, IOException {
        feedsStartAfter = Math.max(revisions.floor(), last - REPLAYED);
        List<Log.Row> rows = new ArrayList<>();
        revisions.readAfter(feedsStartAfter, rows::add);
        Map<String, Stored> before = new HashMap<>();
        for (Log.Row row : rows) {
            Stored old = before.get(row.key());
            if (!before.containsKey(row.key())) {
                Log.Row older = revisions.before(row.key(), row.revision());
                old = older == null || older.body() == null
                        ? null
                        : Stored.of(older.key(), older.revision(), older.body());
            }
            if (row.body() == null && old == null) {
                continue;
            }
            boolean deleted = row.body() == null;
            Stored now = deleted ? atRevision(old, row.revision()) : Stored.of(row.key(), row.revision(), row.body());
            before.put(row.key(), deleted ? null : now);
            feed(topic(row.key())).append(new Event(row.revision(), old, now, deleted));
        }
    }

    private static Stored atRevision(Stored old, long revision) throws IOException {
        return encode(old.key(), revision, (ObjectNode) JSON.readTree(old.json()));
    }

    /** What was before. */
    public Past past() {
        return past;
    }

    /** The store's clock. */
    public Instant time() {
        return clock.instant();
    }

    /** To be set before anything is written. */
    public void accompany(Companion newCompanion) {
        companion = newCompanion;
    }

    /** Everything as it is now. */
    public Snapshot now() {
        return current;
    }

    /** A revision up to which the feeds tell every change. */
    public long published() {
        return published;
    }

    /** The changes of everything, from the store's opening on. */
    public Feed everything() {
        return everything;
    }

    /** @param topic {@code /group/resource/} */
    public Feed feed(String topic) {
        return feeds.computeIfAbsent(topic, t -> new Feed(feedsStartAfter, reach));
    }

    /** Whether the last group of writes found the disk full or failing. */
    public boolean isRefusingWrites() {
        return refusing;
    }

    /**
     * Makes a change.
     *
     * @return completes on the writer's thread once the change is on disk and visible; fails with {@link WriteFailure}
     */
    public CompletableFuture<Stored> write(Write write) {
        CompletableFuture<Stored> done = new CompletableFuture<>();
        if (closed || !queue.offer(new Waiting(write, done))) {
            done.completeExceptionally(new WriteFailure(
                    Reason.NO_DISK, closed ? "The store is closed" : "Too many writes are waiting", null));
        } else if (closed) {
            failAll();
        } else {
            turns.wake();
        }
        return done;
    }

    /** Commits what waits as one group, then tidies up a little if it is time to. */
    private long turn() {
        List<Waiting> group = new ArrayList<>();
        queue.drainTo(group, GROUP);
        try {
            if (!group.isEmpty()) {
                commit(group);
            }
            tidyUp();
        } catch (RuntimeException e) {
            log.error("A group of writes failed", e);
            group.forEach(waiting -> waiting.done.completeExceptionally(
                    new WriteFailure(Reason.NO_DISK, "The write failed inside the store", e)));
        }
        return queue.isEmpty() ? upkeep.patienceMillis() : 0;
    }

    private void commit(List<Waiting> group) {
        Snapshot before = current;
        SortedTree<Stored> tree = before.objects();
        long revision = before.revision();
        long time = Math.max(lastTime, clock.millis());
        List<Log.Row> rows = new ArrayList<>(group.size());
        List<Done> done = new ArrayList<>(group.size());
        for (Waiting waiting : group) {
            Write write = waiting.write;
            Stored old = tree.get(write.key());
            if ((old == null ? 0 : old.revision()) != write.expected()) {
                waiting.done.completeExceptionally(new WriteFailure(Reason.STALE, "It changed meanwhile", null));
                continue;
            }
            if (write.liveParent() != null) {
                Stored parent = tree.get(write.liveParent());
                if (parent == null || parent.deleting()) {
                    waiting.done.completeExceptionally(
                            new WriteFailure(Reason.NO_PARENT, "What it belongs to is gone", null));
                    continue;
                }
            }
            Optional<String> refusal = companion.refuse(write, new Snapshot(revision, tree));
            if (refusal.isPresent()) {
                waiting.done.completeExceptionally(new WriteFailure(Reason.REFUSED, refusal.get(), null));
                continue;
            }
            revision++;
            Stored now = encode(write.key(), revision, write.object());
            tree = write.removal() ? tree.remove(write.key()) : tree.put(write.key(), now);
            rows.add(new Log.Row(revision, write.key(), time, write.author(), write.removal() ? null : now.json()));
            done.add(new Done(waiting, old, now));
        }
        if (rows.isEmpty()) {
            return;
        }
        for (Write write : companion.follow(changedKeys(done), new Snapshot(revision, tree))) {
            revision++;
            Stored now = encode(write.key(), revision, write.object());
            Stored old = tree.get(write.key());
            tree = tree.put(write.key(), now);
            rows.add(new Log.Row(revision, write.key(), time, write.author(), now.json()));
            done.add(new Done(new Waiting(write, new CompletableFuture<>()), old, now));
        }
        try {
            revisions.append(rows);
        } catch (SQLException e) {
            refuse(done, e);
            return;
        }
        lastTime = time;
        if (refusing) {
            refusing = false;
            log.info(
                    "The disk takes writes again: folder={}", revisions.folder().path());
        }
        publish(new Snapshot(revision, tree), done);
    }

    private static Set<String> changedKeys(List<Done> done) {
        Set<String> keys = new LinkedHashSet<>();
        done.forEach(change -> keys.add(change.after.key()));
        return keys;
    }

    private void publish(Snapshot snapshot, List<Done> done) {
        current = snapshot;
        Set<Feed> touched = new LinkedHashSet<>();
        for (Done change : done) {
            boolean removal = change.waiting.write.removal();
            long revision = change.after.revision();
            Feed feed = feed(topic(change.after.key()));
            feed.append(new Event(revision, change.before, change.after, removal));
            everything.append(new Event(revision, change.before, change.after, removal));
            touched.add(feed);
        }
        published = snapshot.revision();
        done.forEach(change -> change.waiting.done.complete(change.after));
        touched.forEach(Feed::wake);
        everything.wake();
    }

    private void refuse(List<Done> done, SQLException e) {
        endIfNotToBeTrusted(e);
        boolean full = e instanceof SQLiteException s
                && (s.getResultCode() == SQLiteErrorCode.SQLITE_FULL
                        || s.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_WRITE);
        if (!refusing) {
            refusing = true;
            log.error(
                    "The disk does not take writes: folder={} reason={}",
                    revisions.folder().path(),
                    e.getMessage());
        }
        WriteFailure failure = new WriteFailure(
                full ? Reason.NO_SPACE : Reason.NO_DISK,
                full ? "No space is left in the data folder" : "The data folder can't be written",
                e);
        done.forEach(change -> change.waiting.done.completeExceptionally(failure));
    }

    /** After a failed fsync nobody knows what is on disk, and asking again would only look like success. */
    private void endIfNotToBeTrusted(SQLException e) {
        if (e instanceof SQLiteException s
                && (s.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_FSYNC
                        || s.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_DIR_FSYNC)) {
            log.error(
                    "The disk failed to keep what was written, so the server ends itself: folder={} reason={}",
                    revisions.folder().path(),
                    e.getMessage());
            Runtime.getRuntime().halt(EXIT_DISK_FAILED);
        }
    }

    private void tidyUp() {
        try {
            upkeep.step();
        } catch (SQLException e) {
            endIfNotToBeTrusted(e);
            log.warn("Old revisions could not be tidied up: reason={}", e.getMessage());
        }
    }

    /**
     * Seals with a new key from now on, and what is there already in the background.
     *
     * @return completes once nothing is sealed with an old key, which is then dropped; goes on after a restart
     */
    public CompletableFuture<Void> rotateKey() {
        return upkeep.rotateKey();
    }

    /** How far the change of keys has come; {@code Long.MAX_VALUE} if none is under way. */
    public long sealedUpTo() {
        return upkeep.sealedUpTo();
    }

    /**
     * Writes everything as it is now, and its history, to an encrypted file, while reading and writing go on.
     *
     * @throws DroverException with one sentence when the file can't be written
     */
    public Backup.Summary backUp(Path file, char[] passphrase, Backup.Progress progress) {
        long revision = current.revision();
        upkeep.hold(revision);
        try {
            return Backup.write(revisions.folder(), revision, file, passphrase, clock, progress);
        } finally {
            upkeep.letGo();
        }
    }

    /** Pretends that the disk holds no more than so many pages. For tests. */
    void limitDisk(int pages) {
        revisions.limitPages(pages);
    }

    private static String topic(String key) {
        int group = key.indexOf('/', 1);
        return key.substring(0, key.indexOf('/', group + 1) + 1);
    }

    private static Stored encode(String key, long revision, ObjectNode object) {
        object.withObject("/metadata").put("resourceVersion", Long.toString(revision));
        try {
            return Stored.of(key, revision, JSON.writeValueAsBytes(object));
        } catch (IOException e) {
            throw new DroverException(Fault.INTERNAL, "An object could not be written as JSON", e);
        }
    }

    private void failAll() {
        for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.done.completeExceptionally(new WriteFailure(Reason.NO_DISK, "The store is closed", null));
        }
    }

    /** Waits for the group that is being written, at most ten seconds. */
    @Override
    public void close() {
        closed = true;
        turns.close();
        failAll();
        revisions.close();
    }
}

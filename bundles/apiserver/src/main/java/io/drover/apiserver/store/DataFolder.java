package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/**
 * The folder on disk: {@code format} says in which format it is, {@code objects.db} is the SQLite database, {@code key} has the keys, and
 * {@code lock} is held while a process uses it. {@code format} is written last, so a folder that has it was once whole: what is missing
 * then was lost, and is not made anew.
 */
final class DataFolder implements AutoCloseable {

    private static final int APPLICATION_ID = 0x44525652;
    private static final int FORMAT = 2;
    private static final String DATABASE = "objects.db";

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Connection writer;
    private final Sealer sealer;

    private DataFolder(Path folder) throws IOException, SQLException {
        this.folder = folder;
        Files.createDirectories(folder);
        lockFile = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        lock = tryLock(lockFile);
        if (lock == null) {
            lockFile.close();
            throw new IOException("another process is using it");
        }
        boolean opened = false;
        Connection made = null;
        try {
            int marked = markedFormat();
            Path database = folder.resolve(DATABASE);
            boolean there = Files.exists(database) && Files.size(database) > 0;
            if (marked > 0 && !there) {
                throw new IOException(DATABASE + " is missing; restore a backup into another folder");
            }
            Path keys = folder.resolve("key");
            if (there && !Files.exists(keys)) {
                throw new IOException("its key file is missing");
            }
            sealer = Sealer.withKeysIn(keys, !there);
            if (!Files.exists(database)) {
                Files.createFile(database, Durable.PRIVATE);
            }
            made = new JDBC().connect(url(), new Properties());
            writer = made;
            prepare(marked);
            opened = true;
        } finally {
            if (!opened) {
                if (made != null) {
                    made.close();
                }
                lockFile.close();
            }
        }
    }

    /** @throws DroverException {@code REJECTED}, with a sentence that names the folder and what is wrong with it */
    static DataFolder open(Path folder) {
        try {
            return new DataFolder(folder);
        } catch (IOException | SQLException e) {
            throw unusable(folder, e);
        }
    }

    static DroverException unusable(Path folder, Exception cause) {
        boolean damaged = cause instanceof SQLiteException e
                && (e.getResultCode().name().startsWith("SQLITE_CORRUPT")
                        || e.getResultCode().name().equals("SQLITE_NOTADB"));
        String reason = damaged ? DATABASE + " is damaged; restore a backup into another folder" : cause.getMessage();
        return new DroverException(Fault.REJECTED, "The data folder " + folder + " can't be used: " + reason, cause);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve(DATABASE).toAbsolutePath();
    }

    /** 0 if the folder is new, older than this file, or was never finished. */
    private int markedFormat() throws IOException {
        Path marker = folder.resolve("format");
        if (!Files.exists(marker)) {
            return 0;
        }
        String text = Files.readString(marker, StandardCharsets.ISO_8859_1).strip();
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IOException("its file format is damaged");
        }
        refuseNewer(Integer.parseInt(text));
        return Integer.parseInt(text);
    }

    private static void refuseNewer(long format) throws IOException {
        if (format > FORMAT) {
            throw new IOException(
                    "it was written by a newer version (format " + format + ", this one knows " + FORMAT + ")");
        }
    }

    /** Looks before it writes: what is not ours, or newer, stays as it is. */
    private void prepare(int marked) throws SQLException, IOException {
        try (Statement statement = writer.createStatement()) {
            long application = number(statement, "PRAGMA application_id");
            long format = number(statement, "PRAGMA user_version");
            boolean empty = number(statement, "SELECT count(*) FROM sqlite_master") == 0;
            boolean unfinished = marked == 0 && application == 0 && empty;
            if (application != APPLICATION_ID && !unfinished) {
                throw new IOException(DATABASE + " was not written by Drover");
            }
            refuseNewer(format);
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            if (unfinished) {
                create(statement);
            } else if (format < FORMAT) {
                upgrade(statement);
            }
        }
        if (marked < FORMAT) {
            Durable.replace(folder.resolve("format"), (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void create(Statement statement) throws SQLException {
        statement.execute("BEGIN IMMEDIATE");
        statement.execute("PRAGMA application_id=" + APPLICATION_ID);
        statement.execute("CREATE TABLE log (revision INTEGER PRIMARY KEY, key TEXT NOT NULL,"
                + " time INTEGER NOT NULL, author TEXT, body BLOB, source TEXT, verb TEXT)");
        statement.execute("CREATE INDEX log_by_key ON log (key, revision)");
        createCounters(statement);
        statement.execute("COMMIT");
    }

    /** Format 1 told neither source nor verb, and not how far it had forgotten: history starts with the upgrade. */
    private static void upgrade(Statement statement) throws SQLException {
        statement.execute("BEGIN IMMEDIATE");
        statement.execute("ALTER TABLE log ADD COLUMN source TEXT");
        statement.execute("ALTER TABLE log ADD COLUMN verb TEXT");
        createCounters(statement);
        statement.execute("COMMIT");
    }

    /** {@code floor}: objects can be told as they were at that revision, and at all later ones. */
    private static void createCounters(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");
        statement.execute("INSERT INTO counters SELECT 'floor', coalesce(max(revision), 0) FROM log");
        statement.execute("PRAGMA user_version=" + FORMAT);
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** Looks through the whole database meanwhile; see {@link #join}. */
    CompletableFuture<Void> check() {
        return CompletableFuture.runAsync(() -> {
            try (Connection reader = reader();
                    Statement statement = reader.createStatement();
                    ResultSet check = statement.executeQuery("PRAGMA integrity_check(1)")) {
                if (!check.next() || !"ok".equals(check.getString(1))) {
                    throw new IOException(DATABASE + " is damaged; restore a backup into another folder");
                }
            } catch (SQLException | IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Waits for a check; throws if it found damage. */
    static void join(CompletableFuture<Void> check) throws IOException, SQLException {
        try {
            check.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException damage) {
                throw damage;
            }
            throw e.getCause() instanceof IOException damage ? damage : new IOException(e.getCause());
        }
    }

    Path path() {
        return folder;
    }

    Sealer sealer() {
        return sealer;
    }

    /** The one connection that writes. */
    Connection writer() {
        return writer;
    }

    /** Another connection, for reading beside the writer; closed by its user. */
    Connection reader() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        return new JDBC().connect(url(), config.toProperties());
    }

    @Override
    public void close() {
        try {
            writer.close();
            lock.release();
            lockFile.close();
        } catch (SQLException | IOException e) {
            throw new DroverException(Fault.INTERNAL, "The data folder " + folder + " could not be closed", e);
        }
    }
}

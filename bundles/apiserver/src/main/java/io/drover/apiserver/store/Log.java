package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * The revisions on disk: one SQLite table in WAL mode, synchronous to the disk at every commit. Used by the store's writer thread alone
 * once it is open.
 */
final class Log implements AutoCloseable {

    private static final int APPLICATION_ID = 0x44525652;
    private static final int FORMAT = 1;

    /** A row: {@code body} is null for a deletion, whose last state is that of the row before. */
    record Row(long revision, String key, long time, String author, byte[] body) {}

    interface RowReader {
        void read(Row row) throws IOException;
    }

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Connection connection;
    private final Sealer sealer;

    private Log(Path folder) throws IOException, SQLException {
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
            Path file = folder.resolve("objects.db");
            boolean fresh = !Files.exists(file) || Files.size(file) == 0;
            if (!fresh && !Files.exists(folder.resolve("key"))) {
                throw new IOException("its key file is missing");
            }
            sealer = Sealer.withKeyIn(folder.resolve("key"), fresh);
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            made = new JDBC().connect("jdbc:sqlite:" + file.toAbsolutePath(), new Properties());
            connection = made;
            prepare(fresh);
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
    static Log open(Path folder) {
        try {
            return new Log(folder);
        } catch (IOException | SQLException e) {
            throw unusable(folder, e);
        }
    }

    static DroverException unusable(Path folder, Exception cause) {
        return new DroverException(
                Fault.REJECTED, "The data folder " + folder + " can't be used: " + cause.getMessage(), cause);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private void prepare(boolean fresh) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            if (fresh) {
                statement.execute("PRAGMA application_id=" + APPLICATION_ID);
                statement.execute("CREATE TABLE log (revision INTEGER PRIMARY KEY, key TEXT NOT NULL,"
                        + " time INTEGER NOT NULL, author TEXT, body BLOB)");
                statement.execute("CREATE INDEX log_by_key ON log (key, revision)");
                statement.execute("PRAGMA user_version=" + FORMAT);
                return;
            }
            long application = number(statement, "PRAGMA application_id");
            long format = number(statement, "PRAGMA user_version");
            if (application != APPLICATION_ID) {
                throw new IOException("objects.db was not written by Drover");
            }
            if (format > FORMAT) {
                throw new IOException(
                        "it was written by a newer version (format " + format + ", this one knows " + FORMAT + ")");
            }
            try (ResultSet check = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (!check.next() || !"ok".equals(check.getString(1))) {
                    throw new IOException("objects.db is damaged; restore it from a backup");
                }
            }
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    long lastRevision() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return number(statement, "SELECT max(revision) FROM log");
        }
    }

    /** Reads the newest row of every key, deletions included. */
    void readCurrent(RowReader reader) throws SQLException, IOException {
        read(
                "SELECT revision, key, time, author, body FROM log JOIN"
                        + " (SELECT max(revision) AS newest FROM log GROUP BY key) ON revision = newest",
                reader);
    }

    /** Reads the rows after {@code revision}, in order. */
    void readAfter(long revision, RowReader reader) throws SQLException, IOException {
        read(
                "SELECT revision, key, time, author, body FROM log WHERE revision > " + revision + " ORDER BY revision",
                reader);
    }

    private void read(String query, RowReader reader) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                reader.read(row(rows));
            }
        }
    }

    /** The row of a key that was the newest before {@code revision}; null if there was none. */
    Row before(String key, long revision) throws SQLException, IOException {
        try (PreparedStatement select = connection.prepareStatement("SELECT revision, key, time, author, body FROM log"
                + " WHERE key = ? AND revision < ? ORDER BY revision DESC LIMIT 1")) {
            select.setString(1, key);
            select.setLong(2, revision);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? row(rows) : null;
            }
        }
    }

    private Row row(ResultSet rows) throws SQLException, IOException {
        long revision = rows.getLong(1);
        String key = rows.getString(2);
        byte[] sealed = rows.getBytes(5);
        byte[] body = sealed == null ? null : sealer.open(key, revision, sealed);
        return new Row(revision, key, rows.getLong(3), rows.getString(4), body);
    }

    /** Writes the rows as one transaction: on disk when this returns, not there at all when it throws. */
    void append(List<Row> rows) throws SQLException {
        execute("BEGIN IMMEDIATE");
        // Not kept for the next time: after a failure the driver would refuse to use it again.
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO log (revision, key, time, author, body) VALUES (?, ?, ?, ?, ?)")) {
            for (Row row : rows) {
                insert.setLong(1, row.revision());
                insert.setString(2, row.key());
                insert.setLong(3, row.time());
                insert.setString(4, row.author());
                insert.setBytes(5, row.body() == null ? null : sealer.seal(row.key(), row.revision(), row.body()));
                insert.executeUpdate();
            }
            execute("COMMIT");
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    /** SQLite has rolled back by itself after some failures, a full disk among them; asking again then fails. */
    private void rollBack(SQLException reason) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /**
     * Forgets at most {@code limit} revisions that were replaced before {@code time}.
     *
     * @return how many were forgotten
     */
    int forgetReplacedBefore(long time, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM log WHERE revision IN (SELECT revision"
                + " FROM log old WHERE time < ?1 AND (EXISTS (SELECT 1 FROM log new WHERE new.key = old.key AND"
                + " new.revision > old.revision AND new.time < ?1) OR (body IS NULL AND revision < (SELECT max(revision)"
                + " FROM log) AND NOT EXISTS (SELECT 1 FROM log older WHERE older.key = old.key AND older.revision <"
                + " old.revision))) LIMIT ?2)")) {
            delete.setLong(1, time);
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }

    void limitPages(int pages) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count=" + pages);
        } catch (SQLException e) {
            throw new DroverException(Fault.INTERNAL, "The database could not be limited", e);
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            connection.close();
            lock.release();
            lockFile.close();
        } catch (SQLException | IOException e) {
            throw new DroverException(Fault.INTERNAL, "The data folder " + folder + " could not be closed", e);
        }
    }
}

package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The revisions on disk: one SQLite table in WAL mode, synchronous to the disk at every commit. Used by the store's writer thread alone
 * once it is open; {@link Past} reads beside it.
 */
final class Log implements AutoCloseable {

    static final String COLUMNS = "log.revision, log.key, log.time, log.author, log.source, log.verb, log.body";

    /** A row: {@code body} is null for a deletion, whose last state is that of the row before. */
    record Row(long revision, String key, long time, Author author, byte[] body) {}

    /** A row's body as it is on disk. */
    record Sealed(long revision, String key, byte[] body) {}

    interface RowReader {
        void read(Row row) throws IOException;
    }

    interface SealedReader {
        void read(Sealed row) throws InterruptedException;
    }

    private final DataFolder folder;
    private final Connection connection;
    private final Sealer sealer;

    private Log(DataFolder folder) {
        this.folder = folder;
        this.connection = folder.writer();
        this.sealer = folder.sealer();
    }

    /** @throws DroverException {@code REJECTED}, with a sentence that names the folder and what is wrong with it */
    static Log open(Path folder) {
        return new Log(DataFolder.open(folder));
    }

    DataFolder folder() {
        return folder;
    }

    /** The number after which revisions go on. */
    long lastRevision() throws SQLException {
        return Math.max(lastRow(), number("SELECT value FROM counters WHERE name = 'base'"));
    }

    private long lastRow() throws SQLException {
        return number("SELECT max(revision) FROM log");
    }

    /** The revision that has no more than {@code count} others after it. */
    long revisionBefore(long count) throws SQLException {
        long revision = lastRevision() - count;
        boolean beforeGap = revision < number("SELECT value FROM counters WHERE name = 'base'");
        return beforeGap ? revision - number("SELECT value FROM counters WHERE name = 'gap'") : revision;
    }

    /** Leaves out so many numbers: revisions that others may have seen mean nothing any more. */
    void leaveGap(long gap) throws SQLException {
        long base = lastRevision() + gap;
        execute("INSERT OR REPLACE INTO counters VALUES ('base', " + base + "), ('gap', " + gap + ")");
    }

    /** When the last revision was made, in milliseconds; 0 if there is none. */
    long lastTime() throws SQLException {
        return number("SELECT time FROM log ORDER BY revision DESC LIMIT 1");
    }

    /** The earliest revision that can be told of whole. */
    long floor() throws SQLException {
        return number("SELECT value FROM counters WHERE name = 'floor'");
    }

    /** The last revision that was made at {@code time} or before; 0 if there is none. */
    long revisionAt(long time) throws SQLException {
        return revisionAt(connection, time);
    }

    /** Times never go back from one revision to the next, so this is a search by halves. */
    static long revisionAt(Connection connection, long time) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT revision, time FROM log WHERE revision <= ? ORDER BY revision DESC LIMIT 1")) {
            long earliest = 0;
            long latest = Long.MAX_VALUE;
            long found = 0;
            while (earliest <= latest) {
                long middle = latest == Long.MAX_VALUE ? latest : earliest + (latest - earliest) / 2;
                select.setLong(1, middle);
                try (ResultSet row = select.executeQuery()) {
                    boolean there = row.next();
                    if (there && row.getLong(2) > time) {
                        latest = row.getLong(1) - 1;
                    } else if (middle == Long.MAX_VALUE) {
                        return there ? row.getLong(1) : 0;
                    } else {
                        found = there ? Math.max(found, row.getLong(1)) : found;
                        earliest = middle + 1;
                    }
                }
            }
            return found;
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** Reads the newest row of every key that isn't deleted, by keys. */
    void readCurrent(SealedReader reader) throws SQLException, InterruptedException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT revision, key, body FROM"
                        + " (SELECT max(revision) AS newest FROM log GROUP BY key) JOIN log ON revision = newest"
                        + " WHERE body IS NOT NULL")) {
            while (rows.next()) {
                reader.read(new Sealed(rows.getLong(1), rows.getString(2), rows.getBytes(3)));
            }
        }
    }

    byte[] open(Sealed row) throws IOException {
        return sealer.open(row.key(), row.revision(), row.body());
    }

    /** Reads the rows after {@code revision}, in order. */
    void readAfter(long revision, RowReader reader) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT " + COLUMNS + " FROM log WHERE revision > " + revision + " ORDER BY revision")) {
            while (rows.next()) {
                reader.read(row(rows, sealer));
            }
        }
    }

    /** The row of a key that was the newest before {@code revision}; null if there was none. */
    Row before(String key, long revision) throws SQLException, IOException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM log WHERE key = ? AND revision < ? ORDER BY revision DESC LIMIT 1")) {
            select.setString(1, key);
            select.setLong(2, revision);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? row(rows, sealer) : null;
            }
        }
    }

    /** The row under the cursor of a query for {@link #COLUMNS}. */
    static Row row(ResultSet rows, Sealer sealer) throws SQLException, IOException {
        long revision = rows.getLong(1);
        String key = rows.getString(2);
        Author author = new Author(text(rows, 4), text(rows, 5), text(rows, 6));
        byte[] sealed = rows.getBytes(7);
        byte[] body = sealed == null ? null : sealer.open(key, revision, sealed);
        return new Row(revision, key, rows.getLong(3), author, body);
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        String text = rows.getString(column);
        return text == null ? "" : text;
    }

    /** Writes the rows as one transaction: on disk when this returns, not there at all when it throws. */
    void append(List<Row> rows) throws SQLException {
        transaction(() -> {
            // Not kept for the next time: after a failure the driver would refuse to use it again.
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO log (revision, key, time, author,"
                    + " source, verb, body) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                for (Row row : rows) {
                    insert.setLong(1, row.revision());
                    insert.setString(2, row.key());
                    insert.setLong(3, row.time());
                    insert.setString(4, row.author().user());
                    insert.setString(5, row.author().source());
                    insert.setString(6, row.author().verb());
                    insert.setBytes(7, row.body() == null ? null : sealer.seal(row.key(), row.revision(), row.body()));
                    insert.executeUpdate();
                }
            }
        });
    }

    /** Says that nothing before {@code revision} can be told of whole. */
    void raiseFloor(long revision) throws SQLException {
        execute("UPDATE counters SET value = max(value, " + revision + ") WHERE name = 'floor'");
    }

    /**
     * Raises the floor by at most {@code limit} revisions and not above {@code upTo}, and forgets what nobody can ask for any more: rows
     * that were replaced up to there, and deletions. The cost follows {@code limit}, not what is stored.
     *
     * @return the floor
     */
    long forget(long upTo, int limit) throws SQLException {
        long floor = floor();
        long next = number("SELECT min(revision) FROM log WHERE revision > " + floor);
        // The last revision is what numbers go on from.
        long to = Math.min(Math.min(upTo, lastRow() - 1), Math.max(floor, next - 1) + limit);
        if (to <= floor) {
            return floor;
        }
        transaction(() -> {
            String between = " BETWEEN " + (floor + 1) + " AND " + to;
            execute(
                    "DELETE FROM log WHERE revision IN (SELECT (SELECT max(older.revision) FROM log older WHERE older.key ="
                            + " newer.key AND older.revision < newer.revision) FROM log newer WHERE newer.revision"
                            + between
                            + ")");
            execute("DELETE FROM log WHERE body IS NULL AND revision" + between);
            raiseFloor(to);
        });
        return to;
    }

    /**
     * Seals what is sealed with an old key anew, looking at no more than {@code limit} rows after {@code revision}.
     *
     * @return the last row that was looked at; {@code Long.MAX_VALUE} when there are no more
     */
    long sealAnew(long revision, int limit) throws SQLException, IOException {
        List<Sealed> old = new ArrayList<>();
        long last = revision;
        int seen = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT revision, key, body FROM log WHERE revision > "
                        + revision + " ORDER BY revision LIMIT " + limit)) {
            while (rows.next()) {
                seen++;
                last = rows.getLong(1);
                byte[] sealed = rows.getBytes(3);
                if (sealed != null && sealer.isSealedWithOldKey(sealed)) {
                    old.add(new Sealed(last, rows.getString(2), sealed));
                }
            }
        }
        List<Sealed> anew = new ArrayList<>(old.size());
        for (Sealed row : old) {
            anew.add(new Sealed(row.revision(), row.key(), sealer.seal(row.key(), row.revision(), open(row))));
        }
        if (!anew.isEmpty()) {
            replaceBodies(anew);
        }
        return seen < limit ? Long.MAX_VALUE : last;
    }

    private void replaceBodies(List<Sealed> rows) throws SQLException {
        transaction(() -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE log SET body = ? WHERE revision = ?")) {
                for (Sealed row : rows) {
                    update.setBytes(1, row.body());
                    update.setLong(2, row.revision());
                    update.executeUpdate();
                }
            }
        });
    }

    private interface Change {
        void make() throws SQLException;
    }

    private void transaction(Change change) throws SQLException {
        execute("BEGIN IMMEDIATE");
        try {
            change.make();
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

    void limitPages(int pages) {
        try {
            execute("PRAGMA max_page_count=" + pages);
        } catch (SQLException e) {
            throw new DroverException(Fault.INTERNAL, "The database could not be limited", e);
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}

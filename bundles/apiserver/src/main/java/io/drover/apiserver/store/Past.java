package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What was, read from the log beside the writer, on the caller's thread. No query lasts long, so none keeps the writer from tidying up;
 * a list is read in parts as it is taken.
 */
public final class Past {

    private static final int PART = 500;

    private final DataFolder folder;

    Past(DataFolder folder) {
        this.folder = folder;
    }

    private interface Query<R> {
        R ask(Connection reader) throws SQLException, IOException;
    }

    private <R> R ask(Query<R> query) {
        try (Connection reader = folder.reader()) {
            return query.ask(reader);
        } catch (SQLException | IOException e) {
            throw new DroverException(Fault.INTERNAL, "The history can't be read: " + e.getMessage(), e);
        }
    }

    /** The earliest revision whose state can still be told. */
    public long floor() {
        return ask(Past::floor);
    }

    private static long floor(Connection reader) throws SQLException {
        try (Statement statement = reader.createStatement();
                ResultSet floor = statement.executeQuery("SELECT value FROM counters WHERE name = 'floor'")) {
            return floor.next() ? floor.getLong(1) : 0;
        }
    }

    /** The revision that was the newest at that moment; 0 if nothing had been written. */
    public long revisionAt(Instant time) {
        return ask(reader -> Log.revisionAt(reader, time.toEpochMilli()));
    }

    /** An object as it was at a revision that is not below the floor. */
    public Optional<Stored> get(String key, long revision) {
        return ask(reader -> {
            try (PreparedStatement select = reader.prepareStatement("SELECT " + Log.COLUMNS
                    + " FROM log WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT 1")) {
                select.setString(1, key);
                select.setLong(2, revision);
                try (ResultSet rows = select.executeQuery()) {
                    Optional<Stored> found = rows.next() ? stored(rows) : Optional.empty();
                    requireWhole(reader, revision);
                    return found;
                }
            }
        });
    }

    private Optional<Stored> stored(ResultSet rows) throws SQLException, IOException {
        Log.Row row = Log.row(rows, folder.sealer());
        return row.body() == null ? Optional.empty() : Optional.of(Stored.of(row.key(), row.revision(), row.body()));
    }

    /** Looked at after reading: forgetting may have gone on meanwhile. */
    private static void requireWhole(Connection reader, long revision) throws SQLException, IOException {
        if (floor(reader) > revision) {
            throw new IOException("revision " + revision + " was forgotten meanwhile");
        }
    }

    /**
     * Objects as they were at a revision that is not below the floor, whose keys start with {@code prefix} and are greater than {@code
     * after}, in order. Taking from it fails once the revision has been forgotten.
     */
    public Iterator<Stored> below(String prefix, String after, long revision) {
        return new Iterator<>() {
            private final Deque<Stored> part = new ArrayDeque<>();
            private String last = after;

            @Override
            public boolean hasNext() {
                while (part.isEmpty() && last != null) {
                    last = readPart(prefix, last, revision, part);
                }
                return !part.isEmpty();
            }

            @Override
            public Stored next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return part.remove();
            }
        };
    }

    /** @return the last key that was looked at, deleted ones included; null when there are no more */
    private String readPart(String prefix, String after, long revision, Deque<Stored> into) {
        return ask(reader -> {
            List<Log.Row> rows = new ArrayList<>(PART);
            try (PreparedStatement select = reader.prepareStatement("SELECT " + Log.COLUMNS
                    + " FROM (SELECT max(revision) AS newest FROM log WHERE key > ? AND key < ? AND revision <= ? GROUP BY"
                    + " key ORDER BY key LIMIT " + PART + ") JOIN log ON log.revision = newest ORDER BY log.key")) {
                select.setString(1, after);
                select.setString(2, prefix + Character.MAX_VALUE);
                select.setLong(3, revision);
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        rows.add(Log.row(found, folder.sealer()));
                    }
                }
            }
            requireWhole(reader, revision);
            for (Log.Row row : rows) {
                if (row.body() != null) {
                    into.add(Stored.of(row.key(), row.revision(), row.body()));
                }
            }
            return rows.size() < PART ? null : rows.get(rows.size() - 1).key();
        });
    }

    /** An object's revisions before {@code before}, the newest first, no more than {@code limit}. */
    public List<Revision> history(String key, long before, int limit) {
        return ask(reader -> {
            List<Revision> revisions = new ArrayList<>();
            try (PreparedStatement select = reader.prepareStatement("SELECT " + Log.COLUMNS
                    + " FROM log WHERE key = ? AND revision < ? ORDER BY revision DESC LIMIT ?")) {
                select.setString(1, key);
                select.setLong(2, before);
                select.setInt(3, limit);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Log.Row row = Log.row(rows, folder.sealer());
                        revisions.add(new Revision(
                                row.revision(),
                                Instant.ofEpochMilli(row.time()),
                                row.author(),
                                Optional.ofNullable(row.body())));
                    }
                }
            }
            return revisions;
        });
    }
}

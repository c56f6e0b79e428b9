package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.TreeMap;
import org.sqlite.JDBC;

/** What is on the disk, read by nobody's code but SQLite's: each change that was ever committed, also those since forgotten. */
final class Truth implements AutoCloseable {

    /** A committed change. */
    record Change(long revision, String key, boolean deletion) {}

    private final Connection reader;
    private final PreparedStatement newer;
    private final List<Change> changes = new ArrayList<>();
    private final NavigableMap<String, Long> current = new TreeMap<>();

    Truth(Path folder) throws SQLException {
        reader = new JDBC().connect("jdbc:sqlite:" + folder.resolve("objects.db"), new Properties());
        newer = reader.prepareStatement(
                "SELECT revision, key, body IS NULL FROM log WHERE revision > ? ORDER BY revision");
    }

    /** Takes in what was committed meanwhile: revisions have no gaps and never go back. */
    void read() {
        try {
            newer.setLong(1, last());
            try (ResultSet rows = newer.executeQuery()) {
                while (rows.next()) {
                    assertThat(rows.getLong(1)).as("next revision on disk").isEqualTo(last() + 1);
                    Change change = new Change(rows.getLong(1), rows.getString(2), rows.getBoolean(3));
                    changes.add(change);
                    apply(change, current);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void apply(Change change, NavigableMap<String, Long> state) {
        if (change.deletion) {
            state.remove(change.key);
        } else {
            state.put(change.key, change.revision);
        }
    }

    long last() {
        return changes.size();
    }

    boolean has(long revision, String key) {
        return revision <= last() && at(revision).key.equals(key);
    }

    /** Revisions are numbers from one on. */
    private Change at(long revision) {
        return changes.get((int) revision - 1);
    }

    /** The first change after a revision of what starts with {@code prefix}; null if there is none. */
    Change next(String prefix, long after) {
        for (long revision = after + 1; revision <= last(); revision++) {
            if (at(revision).key.startsWith(prefix)) {
                return at(revision);
            }
        }
        return null;
    }

    /** The revision that an object had right before another; 0 if it was not there. */
    long before(String key, long revision) {
        for (long earlier = revision - 1; earlier > 0; earlier--) {
            if (at(earlier).key.equals(key)) {
                return at(earlier).deletion ? 0 : earlier;
            }
        }
        return 0;
    }

    /** Keys and revisions of what was there. */
    NavigableMap<String, Long> state(String prefix, long revision) {
        NavigableMap<String, Long> state = current;
        if (revision < last()) {
            state = new TreeMap<>();
            for (Change change : changes.subList(0, (int) revision)) {
                apply(change, state);
            }
        }
        return state.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
    }

    @Override
    public void close() throws SQLException {
        reader.close();
    }
}

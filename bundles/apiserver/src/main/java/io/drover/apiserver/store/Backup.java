package io.drover.apiserver.store;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * All revisions up to one, in a file of their own: compressed, then sealed with a passphrase. The keys of the data folder are not in it
 * and are not needed to restore it.
 */
public final class Backup {

    private static final int FORMAT = 1;
    private static final int PART = 500;
    private static final int DELETED = -1;
    private static final int LARGEST_OBJECT = 64 << 20;
    // What was written after the backup is lost, but clients may have seen its revisions.
    private static final long GAP = 1_000_000;

    private Backup() {}

    /**
     * What a backup holds.
     *
     * @param revision it is everything as it was then
     * @param rows how many revisions it holds
     */
    public record Summary(long revision, Instant time, long rows) {}

    /** Told now and then, of revisions. */
    public interface Progress {
        void at(long done, long total);
    }

    static Summary write(
            DataFolder folder, long revision, Path file, char[] passphrase, Clock clock, Progress progress) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        Instant time = clock.instant();
        try (Connection reader = folder.reader()) {
            if (Files.exists(file)) {
                throw new IOException("it is there already");
            }
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, Durable.PRIVATE);
            long rows;
            // The file is closed by its own variable even if what is around it fails.
            try (var plain = new BufferedOutputStream(Files.newOutputStream(unfinished));
                    var sealed = SealedStream.to(plain, passphrase)) {
                Deflater deflater = new Deflater(Deflater.BEST_SPEED);
                try (var out = new DataOutputStream(new DeflaterOutputStream(sealed, deflater, 1 << 16))) {
                    out.writeInt(FORMAT);
                    out.writeLong(revision);
                    out.writeLong(time.toEpochMilli());
                    rows = writeRows(reader, folder.sealer(), revision, out, progress);
                    out.writeBoolean(false);
                    out.writeLong(rows);
                    out.writeLong(floor(reader, revision));
                } finally {
                    deflater.end();
                }
            }
            Durable.move(unfinished, file);
            return new Summary(revision, time, rows);
        } catch (IOException | SQLException e) {
            throw new DroverException(Fault.UNAVAILABLE, "The backup " + file + " was not written: " + reason(e), e);
        } finally {
            deleteQuietly(unfinished);
        }
    }

    private static long writeRows(Connection reader, Sealer sealer, long upTo, DataOutputStream out, Progress progress)
            throws SQLException, IOException {
        long written = 0;
        long last = 0;
        List<Log.Row> rows = new ArrayList<>(PART);
        do {
            rows.clear();
            // Short queries: a long one would keep SQLite from tidying its log of writes.
            try (Statement statement = reader.createStatement();
                    ResultSet found = statement.executeQuery("SELECT " + Log.COLUMNS + " FROM log WHERE revision > "
                            + last + " AND revision <= " + upTo + " ORDER BY revision LIMIT " + PART)) {
                while (found.next()) {
                    rows.add(Log.row(found, sealer));
                }
            }
            for (Log.Row row : rows) {
                write(row, out);
                last = row.revision();
            }
            written += rows.size();
            progress.at(last, upTo);
        } while (rows.size() == PART);
        return written;
    }

    private static void write(Log.Row row, DataOutputStream out) throws IOException {
        out.writeBoolean(true);
        out.writeLong(row.revision());
        out.writeUTF(row.key());
        out.writeLong(row.time());
        out.writeUTF(row.author().user());
        out.writeUTF(row.author().source());
        out.writeUTF(row.author().verb());
        out.writeInt(row.body() == null ? DELETED : row.body().length);
        if (row.body() != null) {
            out.write(row.body());
        }
    }

    private static long floor(Connection reader, long revision) throws SQLException, IOException {
        try (Statement statement = reader.createStatement();
                ResultSet floor = statement.executeQuery("SELECT value FROM counters WHERE name = 'floor'")) {
            floor.next();
            if (floor.getLong(1) > revision) {
                throw new IOException("old revisions were forgotten meanwhile; keep more of them");
            }
            return floor.getLong(1);
        }
    }

    /**
     * Makes a data folder of a backup: whole or not at all. Its revisions go on after a gap, so that whoever saw later ones starts anew.
     *
     * @param folder must not be there, or be empty
     * @throws DroverException with one sentence when the file or the folder can't be used
     */
    public static Summary restore(Path file, char[] passphrase, Path folder, Progress progress) {
        Path target = folder.toAbsolutePath().normalize();
        Path unfinished = target.resolveSibling(target.getFileName() + ".restoring");
        try {
            requireEmpty(target);
            Files.createDirectories(unfinished.getParent());
            requireEmpty(unfinished);
            try {
                Summary summary = read(file, passphrase, unfinished, progress);
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                Durable.syncFolder(target.getParent());
                return summary;
            } finally {
                deleteTree(unfinished);
            }
        } catch (IOException | SQLException e) {
            throw new DroverException(
                    Fault.REJECTED, "The backup " + file + " was not restored into " + folder + ": " + reason(e), e);
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(folder.toString());
            }
        }
    }

    private static Summary read(Path file, char[] passphrase, Path folder, Progress progress)
            throws IOException, SQLException {
        try (var plain = new BufferedInputStream(Files.newInputStream(file));
                var in = new DataInputStream(
                        new BufferedInputStream(new InflaterInputStream(SealedStream.from(plain, passphrase))))) {
            int format = in.readInt();
            if (format != FORMAT) {
                throw new IOException(
                        "it was written by a newer version (format " + format + ", this one knows " + FORMAT + ")");
            }
            long revision = in.readLong();
            Instant time = Instant.ofEpochMilli(in.readLong());
            try (Log log = Log.open(folder)) {
                long rows = readRows(in, log, revision, progress);
                if (in.readLong() != rows) {
                    throw new IOException("it is damaged");
                }
                log.raiseFloor(in.readLong());
                // To the very end, where the last chunk proves that nothing is missing.
                if (in.read() != -1) {
                    throw new IOException("it is damaged");
                }
                log.leaveGap(GAP);
                return new Summary(revision, time, rows);
            }
        }
    }

    private static long readRows(DataInputStream in, Log log, long upTo, Progress progress)
            throws IOException, SQLException {
        long read = 0;
        List<Log.Row> rows = new ArrayList<>(PART);
        boolean more = in.readBoolean();
        while (more) {
            long revision = in.readLong();
            String key = in.readUTF();
            long time = in.readLong();
            Author author = new Author(in.readUTF(), in.readUTF(), in.readUTF());
            int length = in.readInt();
            if (length > LARGEST_OBJECT) {
                throw new IOException("it is damaged");
            }
            byte[] body = length == DELETED ? null : in.readNBytes(length);
            rows.add(new Log.Row(revision, key, time, author, body));
            read++;
            more = in.readBoolean();
            if (rows.size() == PART || !more) {
                log.append(rows);
                rows.clear();
                progress.at(revision, upTo);
            }
        }
        return read;
    }

    private static String reason(Exception e) {
        if (e instanceof java.nio.file.NoSuchFileException missing) {
            return missing.getMessage() + " is not there";
        }
        if (e instanceof DirectoryNotEmptyException notEmpty) {
            return notEmpty.getMessage() + " is not empty";
        }
        return e instanceof java.io.EOFException || e instanceof java.util.zip.ZipException
                ? "it is damaged"
                : e.getMessage();
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Named .part, it deceives nobody.
        }
    }
}

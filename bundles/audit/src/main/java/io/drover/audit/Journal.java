package io.drover.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files: appended to by one thread, read by any. A new one is begun each day (UTC) and when one is long enough. {@code head.json}
 * beside them tells where the chain begins and ends, so that a cut at either end is found too; it is at most a second behind.
 */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECOND = 1_000_000_000L;
    private static final long RETENTION_NANOS = 60 * SECOND;
    private static final int FORMAT = 1;

    /** The end of the chain. */
    record Tip(long seq, byte[] hash) {}

    /**
     * What is written, at one moment.
     *
     * @param length bytes of the last segment that count
     * @param first number of the oldest record that is kept
     */
    record View(List<Segment> segments, long length, long first, Tip tip) {}

    private final Path folder;
    private final Clock clock;
    private final MessageDigest digest = Line.digest();
    private final ReentrantReadWriteLock removing = new ReentrantReadWriteLock();
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private FileChannel file;
    private LocalDate day;
    private long length;
    private long first = 1;
    private Tip written = new Tip(0, Line.NO_HASH);
    private Tip added = written;
    private boolean dirty;
    private long synchronised = System.nanoTime();
    private long retained = System.nanoTime() - RETENTION_NANOS;
    private volatile View view = new View(List.of(), 0, 1, written);

    Journal(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** What may be read now; empty before the first {@link #open}. */
    View view() {
        return view;
    }

    /** Held by readers: no file is removed meanwhile. */
    ReentrantReadWriteLock.ReadLock reading() {
        return removing.readLock();
    }

    Path head() {
        return folder.resolve("head.json");
    }

    // --- of the writing thread alone

    /** @return whether it was opened just now */
    boolean open() throws IOException {
        if (file != null) {
            return false;
        }
        try {
            takeUp();
            return true;
        } catch (IOException e) {
            if (file != null) {
                file.close();
                file = null;
            }
            throw e;
        }
    }

    private void takeUp() throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        segments.clear();
        segments.addAll(Segment.all(folder));
        first = segments.isEmpty() ? 1 : segments.getFirst().first();
        boolean whole = segments.isEmpty() || recover(segments.getLast());
        Optional<JsonNode> head = readHead();
        if (head.isPresent()) {
            first = head.get().path("first").asLong();
            long told = head.get().path("seq").asLong();
            if (!whole || told > written.seq()) {
                // Goes on after what is missing, so that the gap stays visible.
                log.error("Records of the audit are missing: last={} expected={}", written.seq(), told);
                written = new Tip(told, Line.unhex(head.get().path("hash").asText()));
                whole = false;
            }
        }
        added = written;
        batch.reset();
        if (segments.isEmpty() || !whole) {
            begin();
        }
        publish();
    }

    /** Takes up the chain at the end of a file, without a last line that was not finished; false if there is no chain in it. */
    private boolean recover(Segment last) throws IOException {
        written = new Tip(last.first() - 1, Line.NO_HASH);
        long[] end = {0};
        boolean[] whole = {true};
        last.read(Long.MAX_VALUE, line -> {
            if (end[0] == 0) {
                written = new Tip(last.first() - 1, header(line));
            } else {
                byte[] hash = Line.told(line);
                whole[0] = hash.length == Line.HASH_BYTES && Line.seq(line).isPresent();
                if (whole[0]) {
                    written = new Tip(Line.seq(line).getAsLong(), hash);
                }
            }
            end[0] += line.length + 1;
            return true;
        });
        file = FileChannel.open(last.file(), StandardOpenOption.WRITE);
        length = end[0];
        if (file.size() > length) {
            log.warn("The last record of the audit was not finished and is dropped: file={}", last.file());
            file.truncate(length);
        }
        day = Files.getLastModifiedTime(last.file())
                .toInstant()
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
        return whole[0] && length > 0;
    }

    long nextSeq() {
        return added.seq() + 1;
    }

    /** Adds a record to those that {@link #commit} writes; its number is {@link #nextSeq}. */
    void add(byte[] json) {
        byte[] hash = Line.hash(digest, added.hash(), json, json.length - 1);
        batch.writeBytes(Line.sealed(json, hash));
        added = new Tip(added.seq() + 1, hash);
    }

    /** Begins another file if the present one is long enough or of yesterday. */
    void rotateIfDue(long fileBytes) throws IOException {
        boolean hasRecords = segments.getLast().first() <= written.seq();
        if (hasRecords && (length + batch.size() > fileBytes || !today().equals(day))) {
            begin();
        }
    }

    private void begin() throws IOException {
        synchroniseFile();
        Segment segment = Segment.in(folder, written.seq() + 1);
        byte[] header = (JSON.createObjectNode()
                                .put("format", FORMAT)
                                .put("first", segment.first())
                                .put("previous", Line.hex(written.hash()))
                        + "\n")
                .getBytes(UTF_8);
        FileChannel next = FileChannel.open(
                segment.file(),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            writeFully(next, ByteBuffer.wrap(header), 0);
        } catch (IOException e) {
            next.close();
            throw e;
        }
        if (file != null) {
            file.close();
        }
        file = next;
        length = header.length;
        day = today();
        segments.removeIf(there -> there.first() == segment.first());
        segments.add(segment);
        publish();
        writeHead();
    }

    /** Writes what was added; after a failure the same may be tried again. */
    void commit() throws IOException {
        if (batch.size() == 0) {
            return;
        }
        try {
            writeFully(file, ByteBuffer.wrap(batch.toByteArray()), length);
        } catch (IOException e) {
            file.truncate(length); // no reader shall take half a record for a changed one
            throw e;
        }
        length += batch.size();
        batch.reset();
        written = added;
        dirty = true;
        publish();
    }

    /** Removes the oldest files; answers what was removed, in words. Looks once a minute. */
    Optional<String> retain(long keepBytes, Duration keepFor) throws IOException {
        if (System.nanoTime() - retained < RETENTION_NANOS
                || !removing.writeLock().tryLock()) {
            return Optional.empty();
        }
        try {
            retained = System.nanoTime();
            Instant oldest = clock.instant().minus(keepFor);
            long total = 0;
            for (Segment segment : segments) {
                total += Files.size(segment.file());
            }
            long before = first;
            while (segments.size() > 1) {
                Segment candidate = segments.getFirst();
                boolean old = Files.getLastModifiedTime(candidate.file()).compareTo(FileTime.from(oldest)) < 0;
                if (!old && total <= keepBytes) {
                    break;
                }
                total -= Files.size(candidate.file());
                segments.removeFirst();
                first = segments.getFirst().first();
                publish();
                writeHead(); // before the file goes: after a crash in between there is more than told, not less
                Files.delete(candidate.file());
            }
            return first == before
                    ? Optional.empty()
                    : Optional.of("records " + before + " to " + (first - 1) + " were removed: their time was over");
        } finally {
            removing.writeLock().unlock();
        }
    }

    /** Brings to the disk what is written; at most once a second. */
    void synchronise() throws IOException {
        if (dirty && System.nanoTime() - synchronised >= SECOND) {
            synchroniseFile();
        }
    }

    private void synchroniseFile() throws IOException {
        if (dirty) {
            file.force(false);
            writeHead();
            dirty = false;
            synchronised = System.nanoTime();
        }
    }

    void close() {
        try {
            if (file != null) {
                synchroniseFile();
                file.close();
            }
        } catch (IOException e) {
            log.warn("The audit was not closed cleanly: {}", e.toString());
        }
    }

    private void writeHead() throws IOException {
        ObjectNode head = JSON.createObjectNode()
                .put("first", first)
                .put("seq", written.seq())
                .put("hash", Line.hex(written.hash()));
        Path fresh = folder.resolve("head.json.new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, JSON.writeValueAsBytes(head));
        Files.move(fresh, head(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the head tells; empty if there is none that can be read. */
    Optional<JsonNode> readHead() throws IOException {
        if (!Files.exists(head())) {
            return Optional.empty();
        }
        JsonNode head = JSON.readTree(Files.readAllBytes(head()));
        return head.path("hash").asText().matches("[0-9a-f]{64}") ? Optional.of(head) : Optional.empty();
    }

    /** The hash before a file's first record, as its header tells it. */
    static byte[] header(byte[] line) {
        try {
            byte[] hash = Line.unhex(JSON.readTree(line).path("previous").asText());
            return hash.length == Line.HASH_BYTES ? hash : Line.NO_HASH;
        } catch (IOException | IllegalArgumentException e) {
            return Line.NO_HASH;
        }
    }

    private void publish() {
        view = new View(new ArrayList<>(segments), length, first, written);
    }

    private LocalDate today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long from) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, from + bytes.position());
        }
    }
}

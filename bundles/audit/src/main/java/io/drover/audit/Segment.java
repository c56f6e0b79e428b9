package io.drover.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of the journal. Its first line is a header, which tells the hash of the record before its first one.
 *
 * @param first number of its first record
 */
record Segment(Path file, long first) {

    private static final Pattern NAME = Pattern.compile("audit-(\\d{16})[.]jsonl");

    static Segment in(Path folder, long first) {
        return new Segment(folder.resolve(String.format("audit-%016d.jsonl", first)), first);
    }

    /** All of a folder, oldest first. */
    static List<Segment> all(Path folder) throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    segments.add(new Segment(file, Long.parseLong(name.group(1))));
                }
            });
        }
        segments.sort(Comparator.comparingLong(Segment::first));
        return segments;
    }

    interface Reader {
        /**
         * @param line without its end; cut off if it is longer than {@link Line#MAX_BYTES}
         * @return whether to go on
         */
        boolean line(byte[] line) throws IOException;
    }

    /**
     * Reads whole lines, the header among them.
     *
     * @param end how many bytes of the file count
     */
    void read(long end, Reader reader) throws IOException {
        byte[] chunk = new byte[256 * 1024];
        var line = new ByteArrayOutputStream(4096);
        long left = end;
        try (InputStream in = Files.newInputStream(file)) {
            while (left > 0) {
                int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
                if (n < 0) {
                    return;
                }
                left -= n;
                int from = 0;
                for (int at = 0; at < n; at++) {
                    if (chunk[at] == '\n') {
                        append(line, chunk, from, at);
                        from = at + 1;
                        if (!reader.line(line.toByteArray())) {
                            return;
                        }
                        line.reset();
                    }
                }
                append(line, chunk, from, n);
            }
        }
    }

    private static void append(ByteArrayOutputStream line, byte[] chunk, int from, int to) {
        line.write(chunk, from, Math.min(to - from, Line.MAX_BYTES - line.size()));
    }
}

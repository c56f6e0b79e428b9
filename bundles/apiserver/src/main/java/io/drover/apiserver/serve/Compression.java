package io.drover.apiserver.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses large answers for those who take gzip, as fast as it goes and a piece at a time. */
final class Compression {

    /** As on a real API server. */
    private static final int WORTHWHILE = 128 * 1024;

    private static final int PIECE = 32 * 1024;

    private Compression() {}

    /** @param acceptEncoding the request's header, empty if there is none */
    static Answer of(Answer answer, String acceptEncoding) {
        if (!takesGzip(acceptEncoding)) {
            return answer;
        }
        List<ByteBuffer> beginning = new ArrayList<>();
        long bytes = 0;
        while (bytes <= WORTHWHILE && answer.parts().hasNext()) {
            ByteBuffer part = answer.parts().next();
            beginning.add(part);
            bytes += part.remaining();
        }
        Iterator<ByteBuffer> parts = new Joined(beginning.iterator(), answer.parts());
        if (bytes <= WORTHWHILE) {
            return new Answer(answer.status(), answer.headers(), parts);
        }
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.remove("content-length");
        headers.put("content-encoding", "gzip");
        headers.put("vary", "Accept-Encoding");
        return new Answer(answer.status(), headers, new Zipped(parts));
    }

    private static boolean takesGzip(String acceptEncoding) {
        return Arrays.stream(acceptEncoding.split(","))
                .map(coding -> coding.replace(" ", ""))
                .anyMatch(coding -> coding.equals("gzip") || coding.startsWith("gzip;") && !coding.endsWith("q=0"));
    }

    private record Joined(Iterator<ByteBuffer> first, Iterator<ByteBuffer> second) implements Iterator<ByteBuffer> {
        @Override
        public boolean hasNext() {
            return first.hasNext() || second.hasNext();
        }

        @Override
        public ByteBuffer next() {
            return first.hasNext() ? first.next() : second.next();
        }
    }

    private static final class Zipped implements Iterator<ByteBuffer> {

        private final Iterator<ByteBuffer> plain;
        private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE);
        private final Fast gzip;
        private boolean ended;

        Zipped(Iterator<ByteBuffer> plain) {
            this.plain = plain;
            try {
                this.gzip = new Fast(piece);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public ByteBuffer next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            try {
                while (piece.size() < PIECE && plain.hasNext()) {
                    ByteBuffer part = plain.next();
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    gzip.write(bytes);
                }
                if (!plain.hasNext()) {
                    gzip.close();
                    ended = true;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ByteBuffer zipped = ByteBuffer.wrap(piece.toByteArray());
            piece.reset();
            return zipped;
        }
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}

package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream as asked and remembers what it was told. */
final class Recorder implements StreamListener {

    final List<String> events = new ArrayList<>();
    IOException failure;

    @Override
    public void onOpened(TunnelStream stream) {
        events.add("opened");
    }

    @Override
    public void onReadable(TunnelStream stream) {
        events.add("readable");
    }

    @Override
    public void onWritable(TunnelStream stream) {
        events.add("writable");
    }

    @Override
    public void onFailed(TunnelStream stream, IOException cause) {
        events.add("failed");
        failure = cause;
    }

    /** Everything there is now; ends with {@code $} if the stream's end was reached. */
    static String readAll(TunnelStream stream) throws IOException {
        var text = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (true) {
            int n = stream.read(buffer.clear());
            if (n <= 0) {
                return text.toString(UTF_8) + (n < 0 ? "$" : "");
            }
            text.write(buffer.array(), 0, n);
        }
    }

    /** Writes as much of {@code bytes} as is taken, and returns how much that was. */
    static int fill(TunnelStream stream, int bytes) throws IOException {
        ByteBuffer source = ByteBuffer.allocate(bytes);
        while (source.hasRemaining() && stream.write(source) > 0) {
            // goes on until it is full
        }
        return source.position();
    }
}

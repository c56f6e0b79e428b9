package io.drover.gateway.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Where the frames of an exec over SPDY end on their way to the caller. kubectl takes a connection that just closes for a command that
 * succeeded; told on its stream for errors why it ends, it fails as it should. Nothing but the frames' lengths is looked at.
 */
final class SpdyFrames {

    private static final int HEADER = 8;
    private static final int FIN = 1;

    /** Callers open it first, and number theirs by odd numbers. */
    private static final int ERROR_STREAM = 1;

    private static final String EXEC = ".channel.k8s.io";

    private int headerBytes;
    private int length;
    private int left;

    /** @param answer the head of the 101; empty if it leads to no exec over SPDY */
    static Optional<SpdyFrames> of(HttpFields answer) {
        String protocol = answer.get("X-Stream-Protocol-Version");
        boolean exec = protocol == null || protocol.endsWith(EXEC);
        return exec && "SPDY/3.1".equalsIgnoreCase(answer.get(HttpHeader.UPGRADE))
                ? Optional.of(new SpdyFrames())
                : Optional.empty();
    }

    /** Counts bytes that go to the caller; leaves the buffer as it is. */
    void passed(ByteBuffer bytes) {
        ByteBuffer view = bytes.slice();
        while (view.hasRemaining()) {
            if (headerBytes < HEADER) {
                int each = view.get() & 0xff;
                headerBytes++;
                length = headerBytes > HEADER - 3 ? length << 8 | each : 0;
                left = length;
            } else {
                int skipped = Math.min(left, view.remaining());
                view.position(view.position() + skipped);
                left -= skipped;
            }
            if (headerBytes == HEADER && left == 0) {
                headerBytes = 0;
            }
        }
    }

    /** How many bytes at least have to pass before another frame may begin: first those of the header, then those that it tells of. */
    int rest() {
        return headerBytes > 0 && headerBytes < HEADER ? HEADER - headerBytes : left;
    }

    /** A frame that says on the stream for errors why it ends. */
    static ByteBuffer refusal(String reason) {
        byte[] status =
                """
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"Unauthorized","code":401}"""
                        .formatted(reason)
                        .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER + status.length)
                .putInt(ERROR_STREAM)
                .putInt(FIN << 24 | status.length)
                .put(status)
                .flip();
    }
}

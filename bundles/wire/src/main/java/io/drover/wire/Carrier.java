package io.drover.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The WebSocket beneath a {@link Session}. No method blocks; any thread may call.
 *
 * <p>Whoever owns the carrier answers the peer's pings and hands over what arrives by {@link Session#onMessage},
 * {@link Session#onPing}, {@link Session#onPong} and {@link Session#onClosed}, one call at a time, in order.
 */
public interface Carrier {

    /**
     * Sends each buffer as one binary message, in this order. The session calls again only after {@code sent} was
     * told, so gathering them into one write is welcome. The buffers are the carrier's until then, to be read only;
     * the list too.
     */
    void send(List<ByteBuffer> messages, Sent sent);

    /** Sends a ping with an empty payload. */
    void ping();

    /**
     * Ends the connection now, also if the peer does not answer: {@link Session#onClosed} follows within seconds.
     *
     * @param code a WebSocket close code, such as 1000 or 1002
     */
    void close(int code, String reason);

    /** What became of a {@link #send}; exactly one of the two is called, once, on any thread. */
    interface Sent {

        void done();

        void failed(Throwable cause);
    }
}

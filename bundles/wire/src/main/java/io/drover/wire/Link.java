package io.drover.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A socket's bytes, through TLS or not. Blocks only while the channel does. One thread at a time. */
final class Link implements Closeable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int RECORDS_A_WRITE = 4;

    private final SocketChannel channel;
    private final Optional<SSLEngine> tls;

    /** Encrypted bytes from the peer, to be read. */
    private final ByteBuffer arrived;

    /** Encrypted bytes to the peer, to be sent. */
    private final ByteBuffer leaving;

    /** What {@link #read} needs room for at least. */
    final int readUnit;

    Link(SocketChannel channel, Optional<SSLEngine> tls) {
        this.channel = channel;
        this.tls = tls;
        int packet =
                tls.map(engine -> engine.getSession().getPacketBufferSize()).orElse(0);
        this.arrived = ByteBuffer.allocateDirect(2 * packet).flip();
        this.leaving = ByteBuffer.allocateDirect(RECORDS_A_WRITE * packet).flip();
        this.readUnit = tls.map(engine -> engine.getSession().getApplicationBufferSize())
                .orElse(1);
    }

    SocketChannel channel() {
        return channel;
    }

    /** The TLS handshake, on a blocking channel. */
    void handshake() throws IOException {
        SSLEngine engine = tls.orElseThrow();
        ByteBuffer unexpected = ByteBuffer.allocate(readUnit);
        engine.beginHandshake();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (unwrap(engine, unexpected, true) < 0) {
                        throw new SSLException("the server closed the connection during the TLS handshake");
                    }
                }
                case NEED_WRAP -> wrap(engine, NOTHING);
                case NEED_TASK -> runTasks(engine);
                default -> {
                    return;
                }
            }
        }
    }

    /** As a channel's read: 0 if nothing is there, -1 at the end. */
    int read(ByteBuffer target) throws IOException {
        return tls.isPresent() ? unwrap(tls.get(), target, false) : channel.read(target);
    }

    /** Takes what the socket takes; if the source has bytes left, or {@link #isFlushed} says no, try again later. */
    void write(ByteBuffer source) throws IOException {
        if (tls.isEmpty()) {
            channel.write(source);
            return;
        }
        while (flush() && source.hasRemaining()) {
            wrap(tls.get(), source);
        }
    }

    boolean isFlushed() {
        return !leaving.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private boolean flush() throws IOException {
        while (leaving.hasRemaining()) {
            if (channel.write(leaving) == 0) {
                return false;
            }
        }
        return true;
    }

    private void wrap(SSLEngine engine, ByteBuffer source) throws IOException {
        int packet = engine.getSession().getPacketBufferSize();
        leaving.clear();
        do {
            SSLEngineResult result = engine.wrap(source, leaving);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED && result.bytesProduced() == 0) {
                leaving.flip();
                throw new SSLException("TLS connection closed");
            }
        } while (source.hasRemaining() && leaving.remaining() >= packet);
        leaving.flip();
        flush();
    }

    /** @param once returns after one step of the handshake, also if that brought no bytes */
    private int unwrap(SSLEngine engine, ByteBuffer target, boolean once) throws IOException {
        while (true) {
            SSLEngineResult result = engine.unwrap(arrived, target);
            switch (result.getStatus()) {
                case CLOSED -> {
                    return -1;
                }
                case BUFFER_OVERFLOW -> {
                    return 0;
                }
                case BUFFER_UNDERFLOW -> {
                    arrived.compact();
                    int n = channel.read(arrived);
                    arrived.flip();
                    if (n <= 0) {
                        return n;
                    }
                    continue;
                }
                default -> {
                    // OK: see what else it wants
                }
            }
            if (result.bytesProduced() > 0) {
                return result.bytesProduced();
            }
            HandshakeStatus status = result.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                runTasks(engine);
            } else if (status == HandshakeStatus.NEED_WRAP && flush()) {
                wrap(engine, NOTHING); // a key update, or the handshake's next step
            }
            if (once || result.bytesConsumed() == 0) {
                return 0;
            }
        }
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}

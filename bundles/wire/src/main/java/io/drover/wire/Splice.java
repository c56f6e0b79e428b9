package io.drover.wire;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Carries bytes between a socket and a stream, each way as fast as the other side takes them, on the loop's thread.
 * Holds no more than what one read of the stream gave and the socket did not take.
 */
final class Splice implements StreamListener, EventLoop.Handler {

    private static final int ROUNDS = 4;
    private static final int PIECE = 32 * 1024;
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** What a write says when the peer had ended well before it was gone. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final EventLoop loop;
    private final TunnelStream stream;
    private final SelectionKey key;
    private final SocketChannel socket;
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean streamEnded;
    private boolean socketEnded;

    /** Why the socket takes no more; it may still have much to say. */
    private IOException refusal;

    Splice(EventLoop loop, TunnelStream stream, SelectionKey key) {
        this.loop = loop;
        this.stream = stream;
        this.key = key;
        this.socket = (SocketChannel) key.channel();
    }

    void start() {
        key.interestOps(SelectionKey.OP_READ);
        stream.accept(this);
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
        if (ready.isWritable()) {
            toSocket();
        }
        if (ready.isValid() && ready.isReadable()) {
            toStream();
        }
    }

    @Override
    public void failed(IOException cause) {
        Quietly.close(socket);
        stream.reset("the connection to " + stream.address() + " failed: " + cause.getMessage());
    }

    @Override
    public void onReadable(TunnelStream readable) {
        onLoop(this::toSocket);
    }

    @Override
    public void onWritable(TunnelStream writable) {
        onLoop(this::toStream);
    }

    @Override
    public void onFailed(TunnelStream failed, IOException cause) {
        onLoop(this::toSocket);
        loop.after(LINGER, this::abort); // what had arrived gets this long to be taken
    }

    private interface Step {
        void run() throws IOException;
    }

    private void onLoop(Step step) {
        if (!loop.isCurrent()) {
            loop.execute(() -> onLoop(step));
            return;
        }
        try {
            if (socket.isOpen()) {
                step.run();
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void toSocket() throws IOException {
        while (!streamEnded) {
            if (rest.hasRemaining()) {
                write(rest);
                if (rest.hasRemaining()) {
                    interest(SelectionKey.OP_WRITE, true);
                    return;
                }
            }
            ByteBuffer piece = loop.scratch().limit(PIECE);
            int n;
            try {
                n = stream.read(piece);
            } catch (IOException e) {
                abort();
                return;
            }
            if (n == 0) {
                interest(SelectionKey.OP_WRITE, false);
                return;
            }
            if (n < 0) {
                streamEnded = true;
                interest(SelectionKey.OP_WRITE, false);
                shutdownSocketOutput();
                closeIfBothEnded();
                return;
            }
            write(piece.flip());
            if (piece.hasRemaining()) {
                rest = ByteBuffer.allocate(piece.remaining()).put(piece).flip();
            }
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            if (refusal == null) {
                socket.write(bytes);
            }
        } catch (IOException e) {
            refusal = e;
        }
        if (refusal != null) {
            bytes.position(bytes.limit());
        }
    }

    private void shutdownSocketOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            refusal = e;
        }
    }

    private void toStream() throws IOException {
        for (int i = 0; i < ROUNDS && !socketEnded; i++) {
            int room = stream.writableBytes();
            if (room == 0) {
                interest(SelectionKey.OP_READ, false); // onWritable follows
                return;
            }
            ByteBuffer piece = loop.scratch();
            int n = socket.read(piece.limit(Math.min(room, piece.capacity())));
            if (n > 0) {
                try {
                    stream.write(piece.flip());
                } catch (IOException e) {
                    socketEnded = true; // nobody wants these bytes; the other direction says how it ended
                    interest(SelectionKey.OP_READ, false);
                    toSocket();
                    return;
                }
            } else if (n < 0) {
                if (refusal != null && !BROKEN_PIPE.equals(refusal.getMessage())) {
                    throw refusal; // the operating system tells it only once, and then a bare end
                }
                socketEnded = true;
                interest(SelectionKey.OP_READ, false);
                stream.shutdownOutput();
                closeIfBothEnded();
                return;
            } else {
                break;
            }
        }
        interest(SelectionKey.OP_READ, !socketEnded);
    }

    private void interest(int operation, boolean wanted) {
        if (key.isValid()) {
            int operations = wanted ? key.interestOps() | operation : key.interestOps() & ~operation;
            if (operations != key.interestOps()) {
                key.interestOps(operations);
            }
        }
    }

    private void closeIfBothEnded() {
        if (streamEnded && socketEnded) {
            Quietly.close(socket);
            stream.close();
        }
    }

    /** The stream failed, so the socket's peer must not take what it got for all. */
    private void abort() {
        if (socket.isOpen()) {
            try {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // then it ends less clearly
            }
            Quietly.close(socket);
        }
        stream.close();
    }
}

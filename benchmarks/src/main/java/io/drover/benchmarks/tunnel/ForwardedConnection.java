package io.drover.benchmarks.tunnel;

import io.drover.wire.Session;
import io.drover.wire.StreamListener;
import io.drover.wire.TunnelStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;

/** A socket's bytes into a stream and back, each way as fast as the other side takes them. A buffer is held only while bytes move. */
final class ForwardedConnection extends AbstractConnection.NonBlocking implements StreamListener {

    private static final int BUFFER = 32 * 1024;

    interface Sessions {
        Session current() throws IOException;
    }

    private final ByteBufferPool pool;
    private final Sessions sessions;
    private final String address;
    private final AtomicInteger flowing = new AtomicInteger(2);
    private final Flow toStream = new ToStream();
    private final Flow toSocket = new ToSocket();
    private volatile TunnelStream stream;

    ForwardedConnection(EndPoint endPoint, Executor executor, ByteBufferPool pool, Sessions sessions, String address) {
        super(endPoint, executor);
        this.pool = pool;
        this.sessions = sessions;
        this.address = address;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        try {
            stream = sessions.current().open("tcp", address, this);
            toStream.iterate();
            toSocket.iterate();
        } catch (IOException e) {
            close();
        }
    }

    @Override
    public void onFillable() {
        toStream.iterate();
    }

    @Override
    public void onReadable(TunnelStream readable) {
        toSocket.iterate();
    }

    @Override
    public void onWritable(TunnelStream writable) {
        toStream.iterate();
    }

    @Override
    public void onFailed(TunnelStream failed, IOException failure) {
        toSocket.iterate();
        toStream.iterate();
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        TunnelStream opened = stream;
        if (opened != null) {
            opened.close();
        }
    }

    private abstract class Flow extends IteratingCallback {

        RetainableByteBuffer buffer;

        /** An empty buffer, ready to be put into. */
        ByteBuffer acquire() {
            if (buffer == null) {
                buffer = pool.acquire(BUFFER, true);
            }
            ByteBuffer bytes = buffer.getByteBuffer();
            BufferUtil.clearToFill(bytes);
            return bytes;
        }

        void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }

        @Override
        protected void onCompleteSuccess() {
            if (flowing.decrementAndGet() == 0) {
                close();
            }
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            close();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    private final class ToStream extends Flow {
        @Override
        protected Action process() throws IOException {
            if (stream == null) {
                return Action.IDLE;
            }
            while (true) {
                int room = Math.min(stream.writableBytes(), BUFFER);
                if (room == 0) {
                    return Action.IDLE; // onWritable follows
                }
                ByteBuffer bytes = acquire().slice(0, room).limit(0);
                int n = getEndPoint().fill(bytes);
                if (n > 0) {
                    stream.write(bytes);
                }
                release();
                if (n < 0) {
                    stream.shutdownOutput();
                    return Action.SUCCEEDED;
                }
                if (n < room) {
                    if (!isFillInterested()) {
                        fillInterested();
                    }
                    return Action.IDLE;
                }
            }
        }
    }

    private final class ToSocket extends Flow {
        @Override
        protected Action process() throws IOException {
            if (stream == null) {
                return Action.IDLE;
            }
            ByteBuffer bytes = acquire();
            int n = stream.read(bytes);
            if (n > 0) {
                getEndPoint().write(this, bytes.flip());
                return Action.SCHEDULED;
            }
            release();
            if (n < 0) {
                getEndPoint().shutdownOutput();
                return Action.SUCCEEDED;
            }
            return Action.IDLE;
        }
    }
}

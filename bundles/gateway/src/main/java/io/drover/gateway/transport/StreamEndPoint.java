package io.drover.gateway.transport;

import io.drover.wire.StreamListener;
import io.drover.wire.TunnelStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A tunnel's stream as Jetty sees a socket. What is above it, TLS first, runs on the tunnel's reading thread if it never blocks, and
 * else on the executor.
 */
final class StreamEndPoint extends AbstractEndPoint implements StreamListener {

    private final Executor executor;
    private final InetSocketAddress remote;
    private volatile TunnelStream stream;
    private volatile boolean failed;

    StreamEndPoint(Scheduler scheduler, Executor executor, InetSocketAddress remote) {
        super(scheduler);
        this.executor = executor;
        this.remote = remote;
    }

    /** Called once, before anything is read or written. */
    void open(TunnelStream opened) {
        stream = opened;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (!isOpen()) {
            throw new EofException("closed");
        }
        int position = BufferUtil.flipToFill(buffer);
        int n;
        try {
            n = stream.read(buffer);
        } finally {
            BufferUtil.flipToFlush(buffer, position);
        }
        if (n > 0) {
            notIdle();
        } else if (n < 0) {
            shutdownInput();
        }
        return n;
    }

    @Override
    protected void needsFillInterest() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (stream.isReadable()) { // it came after fill() had found nothing
            executor.execute(() -> getFillInterest().fillable());
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (!isOpen() || isOutputShutdown()) {
            throw new EofException("closed");
        }
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                if (write(buffer) > 0) {
                    notIdle();
                }
                if (buffer.hasRemaining()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** TLS closes a connection at the first write that fails. What the other side said before it was gone has to be read first. */
    private int write(ByteBuffer buffer) throws IOException {
        try {
            return stream.write(buffer);
        } catch (IOException e) {
            if (stream.readableBytes() == 0) {
                throw e;
            }
            buffer.position(buffer.limit());
            return 0;
        }
    }

    @Override
    protected void onIncompleteFlush() {
        if (failed || stream.writableBytes() > 0) { // it came after flush() had found no room
            executor.execute(() -> getWriteFlusher().completeWrite());
        }
    }

    @Override
    public void onReadable(TunnelStream readable) {
        run(getFillInterest().getCallbackInvocationType(), getFillInterest()::fillable);
    }

    @Override
    public void onWritable(TunnelStream writable) {
        run(getWriteFlusher().getCallbackInvocationType(), getWriteFlusher()::completeWrite);
    }

    /** Here, if it never blocks or can be told not to. */
    private void run(InvocationType type, Runnable task) {
        switch (type) {
            case NON_BLOCKING -> task.run();
            case EITHER -> Invocable.invokeNonBlocking(task);
            case BLOCKING -> executor.execute(task);
        }
    }

    /** Only wakes what waits: it learns the failure from fill and flush, layer by layer downwards, and then closes. */
    @Override
    public void onFailed(TunnelStream over, IOException failure) {
        failed = true;
        executor.execute(() -> {
            getFillInterest().fillable();
            getWriteFlusher().completeWrite();
        });
    }

    @Override
    protected void doShutdownOutput() {
        stream.shutdownOutput();
    }

    @Override
    protected void doClose() {
        TunnelStream opened = stream;
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        if (getConnection() != null) {
            getConnection().onClose(cause);
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote;
    }

    @Override
    public Object getTransport() {
        return stream;
    }
}

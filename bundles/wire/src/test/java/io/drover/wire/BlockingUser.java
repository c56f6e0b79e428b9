package io.drover.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Uses a stream from an ordinary thread, with a bound on every wait. */
final class BlockingUser implements StreamListener {

    private final Semaphore readable = new Semaphore(0);
    private final Semaphore writable = new Semaphore(0);

    @Override
    public void onReadable(TunnelStream stream) {
        readable.release();
    }

    @Override
    public void onWritable(TunnelStream stream) {
        writable.release();
    }

    @Override
    public void onFailed(TunnelStream stream, IOException failure) {
        readable.release();
        writable.release();
    }

    void write(TunnelStream stream, byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            stream.write(source);
            if (source.hasRemaining()) {
                await(writable);
            }
        }
    }

    byte[] read(TunnelStream stream, int count) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(count);
        while (target.hasRemaining()) {
            int n = stream.read(target);
            if (n < 0) {
                throw new IOException("ended after " + target.position() + " bytes");
            }
            if (n == 0) {
                await(readable);
            }
        }
        return target.array();
    }

    /** Reads to the end. */
    int end(TunnelStream stream) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(1);
        while (true) {
            int n = stream.read(target);
            if (n != 0) {
                return n;
            }
            await(readable);
        }
    }

    private static void await(Semaphore permit) throws IOException {
        try {
            if (!permit.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IOException("nothing happened for 20 s");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

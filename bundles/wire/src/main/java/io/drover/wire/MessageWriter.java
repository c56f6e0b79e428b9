package io.drover.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The one that sends for a session: control messages first, then one message a stream in turn, batch by batch. Whoever
 * has something to send queues it, under whatever lock, and calls {@link #pump} when it holds none.
 */
final class MessageWriter implements Carrier.Sent {

    /** A peer that makes us answer and does not read the answers is cut off here. */
    private static final int MAX_CONTROL_BYTES = 4 * 1024 * 1024;

    /** Bytes written to all streams and not yet sent, above which each stream may keep only a little. */
    private static final int CROWDED = 2 * 1024 * 1024;

    private static final int BATCH_BYTES = 64 * 1024;

    /** The longest payload while several streams have something to send. */
    private static final int SHARED_DATA = 16 * 1024;

    private final Carrier carrier;
    private final Consumer<IOException> onFailure;

    private final Object lock = new Object();
    private final ArrayDeque<ByteBuffer> control = new ArrayDeque<>(2);
    private int controlBytes;
    private final ArrayDeque<TunnelStream> ring = new ArrayDeque<>(2);
    private boolean stopped;
    private volatile boolean overfull;

    /** Calls of {@link #pump} not yet answered for; the thread that raises it from zero works for all. */
    private final AtomicInteger requests = new AtomicInteger();

    private volatile boolean sending;
    private final List<ByteBuffer> batch = new ArrayList<>(2);
    private final List<TunnelStream> served = new ArrayList<>(2);
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong messageIds = new AtomicLong();

    MessageWriter(Carrier carrier, Consumer<IOException> onFailure) {
        this.carrier = carrier;
        this.onFailure = onFailure;
    }

    long nextMessageId() {
        return messageIds.incrementAndGet();
    }

    void countQueued(int bytes) {
        queued.addAndGet(bytes);
    }

    boolean isCrowded() {
        return queued.get() > CROWDED;
    }

    void control(long stream, int type, byte... body) {
        ByteBuffer message = FrameCodec.encode(nextMessageId(), stream, type, body);
        synchronized (lock) {
            if (!stopped) {
                control.add(message);
                controlBytes += message.remaining();
                overfull = controlBytes > MAX_CONTROL_BYTES;
            }
        }
    }

    /** Gives the stream a turn; the stream sees to it that it is queued once at a time. */
    void schedule(TunnelStream stream) {
        synchronized (lock) {
            if (!stopped) {
                ring.add(stream);
            }
        }
    }

    /** Whether everything queued so far has left. */
    boolean isIdle() {
        synchronized (lock) {
            return !sending && requests.get() == 0 && control.isEmpty() && ring.isEmpty();
        }
    }

    void stop() {
        synchronized (lock) {
            stopped = true;
            control.clear();
            ring.clear();
        }
    }

    void pump() {
        if (requests.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            if (overfull) {
                onFailure.accept(new ProtocolException("the peer does not read our answers"));
            } else if (!sending) {
                sendBatch();
            }
            answered = requests.addAndGet(-answered);
        } while (answered != 0);
    }

    @Override
    public void done() {
        sending = false;
        pump();
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause instanceof IOException io ? io : new IOException("sending failed: " + cause, cause));
    }

    private void sendBatch() {
        boolean nothingYet;
        do {
            batch.clear();
            gather();
            nothingYet = batch.isEmpty() && !served.isEmpty(); // a turn may have queued control messages only
            if (!batch.isEmpty()) {
                sending = true;
                try {
                    carrier.send(batch, this);
                } catch (RuntimeException e) {
                    failed(e);
                }
            }
            for (TunnelStream stream : served) {
                stream.afterTurn();
            }
            served.clear();
        } while (nothingYet);
    }

    private void gather() {
        int bytes = 0;
        boolean shared;
        synchronized (lock) {
            for (ByteBuffer message = control.poll(); message != null; message = control.poll()) {
                batch.add(message);
                bytes += message.remaining();
            }
            controlBytes = 0;
            shared = ring.size() > 1;
        }
        while (bytes < BATCH_BYTES) {
            TunnelStream stream;
            synchronized (lock) {
                stream = ring.poll();
            }
            if (stream == null) {
                break;
            }
            ByteBuffer message = stream.takeTurn(shared ? SHARED_DATA : Frame.MAX_DATA);
            if (message != null) {
                batch.add(message);
                bytes += message.remaining();
            }
            served.add(stream);
        }
        // Only now may they queue again: one message a stream and batch, because the next overwrites its chunk's head.
        for (TunnelStream stream : served) {
            if (stream.wantsAnotherTurn()) {
                schedule(stream);
            }
        }
    }
}

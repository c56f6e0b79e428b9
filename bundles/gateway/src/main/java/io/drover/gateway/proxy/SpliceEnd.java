package io.drover.gateway.proxy;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/** One connection of a {@link Splice}: what is read here is written to the other. A buffer is held only while bytes move. */
final class SpliceEnd extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {

    private static final int BUFFER = 16 * 1024;

    private final Splice splice;
    private final ByteBufferPool pool;
    private final Optional<SpdyFrames> frames;
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;
    private volatile Flow flow;
    private volatile boolean saidAll;

    /** What is said to the other side in place of anything else. */
    private record LastWords(String reason, Runnable said) {}

    private volatile LastWords lastWords;

    /** @param frames counts what comes from here, if that is what it counts */
    SpliceEnd(Splice splice, EndPoint endPoint, Executor executor, ByteBufferPool pool, Optional<SpdyFrames> frames) {
        super(endPoint, executor);
        this.splice = splice;
        this.pool = pool;
        this.frames = frames;
    }

    /** Bytes that came in one packet with the head of the request or answer. */
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        early = BufferUtil.hasContent(buffer) ? BufferUtil.copy(buffer) : BufferUtil.EMPTY_BUFFER;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        splice.opened();
    }

    void flowTo(EndPoint other) {
        flow = new Flow(other);
        flow.iterate();
    }

    /**
     * Passes on no more of what comes from here than the rest of a frame, and tells the other side why, if what it speaks has words for
     * that.
     *
     * @param said called, perhaps twice, when that is done or has failed
     */
    void endWith(String reason, Runnable said) {
        Flow begun = flow;
        if (frames.isEmpty() || begun == null) {
            said.run();
            return;
        }
        lastWords = new LastWords(reason, said);
        begun.iterate();
        if (begun.isSucceeded() || begun.isFailed()) {
            said.run();
        }
    }

    @Override
    public void onFillable() {
        flow.isAwaitingBytes = false;
        flow.iterate();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        splice.close(cause);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        splice.lost(this, cause);
    }

    /** Whether all that came from here has been written to the other side. */
    boolean hasSaidAll() {
        return saidAll;
    }

    private final class Flow extends IteratingCallback {

        private final EndPoint to;
        private final Callback written = new Written();
        private RetainableByteBuffer buffer;
        private boolean saysLast;

        /** The other side takes no more. */
        private volatile boolean drains;

        /** What is to be said last comes also while nothing does from here. */
        private volatile boolean isAwaitingBytes;

        Flow(EndPoint to) {
            this.to = to;
        }

        @Override
        protected Action process() throws Throwable {
            LastWords last = lastWords;
            if (last != null && frames.get().rest() == 0) {
                release();
                if (saysLast) {
                    return Action.SUCCEEDED;
                }
                saysLast = true;
                to.write(this, SpdyFrames.refusal(last.reason()));
                return Action.SCHEDULED;
            }
            if (early.hasRemaining()) {
                ByteBuffer first = early;
                early = BufferUtil.EMPTY_BUFFER;
                frames.ifPresent(counted -> counted.passed(first));
                return send(first);
            }
            if (buffer == null) {
                buffer = pool.acquire(BUFFER, true);
            }
            ByteBuffer bytes =
                    last == null ? buffer.getByteBuffer() : first(frames.get().rest());
            BufferUtil.clear(bytes);
            int n = getEndPoint().fill(bytes);
            if (n > 0) {
                splice.moved();
                frames.ifPresent(counted -> counted.passed(bytes));
                return send(bytes);
            }
            release();
            if (n == 0) {
                if (!isAwaitingBytes) {
                    isAwaitingBytes = true;
                    fillInterested();
                }
                return Action.IDLE;
            }
            return Action.SUCCEEDED;
        }

        private Action send(ByteBuffer bytes) {
            if (drains) {
                succeeded();
            } else {
                to.write(written, bytes);
            }
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            if (lastWords == null) {
                saidAll = true;
                splice.ended(SpliceEnd.this);
            } else {
                lastWords.said().run();
            }
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            splice.close(cause);
            if (lastWords != null) {
                lastWords.said().run();
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        private final class Written implements Callback {
            @Override
            public void succeeded() {
                Flow.this.succeeded();
            }

            @Override
            public void failed(Throwable cause) {
                if (splice.isDrained(SpliceEnd.this)) {
                    drains = true;
                    Flow.this.succeeded();
                } else {
                    Flow.this.failed(cause);
                }
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        }

        /** Room for that many bytes, if there is so much. */
        private ByteBuffer first(int bytes) {
            ByteBuffer all = buffer.getByteBuffer();
            return all.clear().slice(0, Math.min(bytes, all.capacity()));
        }

        private void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }
    }
}

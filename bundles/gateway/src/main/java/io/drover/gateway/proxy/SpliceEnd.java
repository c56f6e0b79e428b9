package io.drover.gateway.proxy;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;

/** One connection of a {@link Splice}: what is read here is written to the other. A buffer is held only while bytes move. */
final class SpliceEnd extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {

    private static final int BUFFER = 16 * 1024;

    private final Splice splice;
    private final ByteBufferPool pool;
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;
    private Flow flow;

    SpliceEnd(Splice splice, EndPoint endPoint, Executor executor, ByteBufferPool pool) {
        super(endPoint, executor);
        this.splice = splice;
        this.pool = pool;
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

    @Override
    public void onFillable() {
        flow.iterate();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        splice.close(cause);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        splice.close(cause);
    }

    private final class Flow extends IteratingCallback {

        private final EndPoint to;
        private RetainableByteBuffer buffer;

        Flow(EndPoint to) {
            this.to = to;
        }

        @Override
        protected Action process() throws Throwable {
            if (early.hasRemaining()) {
                ByteBuffer first = early;
                early = BufferUtil.EMPTY_BUFFER;
                to.write(this, first);
                return Action.SCHEDULED;
            }
            if (buffer == null) {
                buffer = pool.acquire(BUFFER, true);
            }
            ByteBuffer bytes = buffer.getByteBuffer();
            BufferUtil.clear(bytes);
            int n = getEndPoint().fill(bytes);
            if (n > 0) {
                to.write(this, bytes);
                return Action.SCHEDULED;
            }
            release();
            if (n == 0) {
                fillInterested();
                return Action.IDLE;
            }
            return Action.SUCCEEDED;
        }

        @Override
        protected void onCompleteSuccess() {
            splice.ended(SpliceEnd.this);
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            splice.close(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        private void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }
    }
}

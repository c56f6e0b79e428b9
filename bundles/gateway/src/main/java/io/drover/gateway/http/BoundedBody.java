package io.drover.gateway.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * A request whose body may be no longer, and take no longer to arrive, than is good for us. Whoever reads it gets a failure then, and
 * whatever he makes of that, the caller is told the true reason by {@link #answer}.
 */
public final class BoundedBody extends Request.Wrapper {

    private final long limit;
    private final Duration patience;
    private final long since = NanoTime.now();
    private long seen;
    private volatile Content.Chunk failure;

    public BoundedBody(Request request, long limit, Duration patience) {
        super(request);
        this.limit = limit;
        this.patience = patience;
    }

    @Override
    public Content.Chunk read() {
        if (failure != null) {
            return failure;
        }
        Content.Chunk chunk = super.read();
        if (chunk == null || Content.Chunk.isFailure(chunk)) {
            return chunk;
        }
        seen += chunk.remaining();
        if (seen > limit) {
            return fail(chunk, 413, "the body is longer than " + limit + " bytes");
        }
        if (!chunk.isLast() && NanoTime.secondsSince(since) > patience.toSeconds()) {
            return fail(chunk, 408, "the body took longer than " + patience.toSeconds() + " seconds");
        }
        return chunk;
    }

    /** The response to hand on together with this request. */
    public Response answer(Response response) {
        return new Answer(response);
    }

    private Content.Chunk fail(Content.Chunk chunk, int status, String reason) {
        chunk.release();
        failure = Content.Chunk.from(new HttpException.RuntimeException(status, reason), true);
        return failure;
    }

    /** Puts the true reason in the place of what its user answers to a failed read. */
    private final class Answer extends Response.Wrapper {

        private boolean replaced;

        Answer(Response response) {
            super(BoundedBody.this, response);
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            if (replaced) {
                callback.succeeded();
            } else if (failure != null && !isCommitted()) {
                replaced = true;
                var reason = (HttpException) failure.getFailure();
                getHeaders().remove(HttpHeader.CONTENT_ENCODING);
                Discard.refuse(
                        BoundedBody.this.getWrapped(), getWrapped(), callback, reason.getCode(), reason.getReason());
            } else {
                super.write(last, content, callback);
            }
        }
    }
}

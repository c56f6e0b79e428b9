package io.drover.gateway.http;

import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;

/** A request whose body may be no longer, and take no longer to arrive, than is good for us. */
public final class BoundedBody extends Request.Wrapper {

    private final long limit;
    private final Duration patience;
    private final long since = NanoTime.now();
    private long seen;
    private Content.Chunk failure;

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

    private Content.Chunk fail(Content.Chunk chunk, int status, String reason) {
        chunk.release();
        failure = Content.Chunk.from(new HttpException.RuntimeException(status, reason), true);
        getWrapped().fail(failure.getFailure());
        return failure;
    }
}

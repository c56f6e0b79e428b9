package io.drover.gateway.proxy;

import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** The caller's body on its way to the cluster, a chunk at a time. */
final class RequestBody extends ContentSourceRequestContent {

    private final long length;
    private Content.Chunk next;

    private RequestBody(Request request, Content.Chunk first) {
        super(request, null);
        this.length = request.getLength();
        this.next = first;
    }

    /**
     * Waits until the body's first bytes are there, so that head and body leave together: an API server that refuses a request before it
     * has seen the body's end resets the HTTP/2 stream, and its answer may be lost with it.
     *
     * @param begun is given nothing if the request has no body; must not block
     */
    static void whenBegun(Request request, Consumer<Optional<RequestBody>> begun) {
        if (request.getLength() == 0 || request.getLength() < 0 && !isOfUnknownLength(request)) {
            begun.accept(Optional.empty());
            return;
        }
        Content.Chunk first = request.read();
        if (first == null) {
            request.demand(Invocable.from(InvocationType.NON_BLOCKING, () -> whenBegun(request, begun)));
        } else if (isEnd(first) && request.getLength() < 0) {
            begun.accept(Optional.empty());
        } else {
            begun.accept(Optional.of(new RequestBody(request, first)));
        }
    }

    @Override
    public long getLength() {
        return length;
    }

    /** A chunk, told to be the last if its end is known. */
    @Override
    public Content.Chunk read() {
        Content.Chunk chunk = next != null ? next : super.read();
        next = null;
        if (chunk == null || chunk.isLast() || Content.Chunk.isFailure(chunk)) {
            return chunk;
        }
        next = super.read();
        if (next != null && isEnd(next)) {
            next.release();
            next = null;
            return Content.Chunk.asChunk(chunk.getByteBuffer(), true, chunk);
        }
        return chunk;
    }

    @Override
    public void demand(Runnable demandCallback) {
        if (next != null) {
            demandCallback.run();
        } else {
            super.demand(demandCallback);
        }
    }

    @Override
    public void fail(Throwable failure) {
        if (next != null) {
            next.release();
            next = null;
        }
        super.fail(failure);
    }

    /** HTTP/2 has no header that tells whether there is a body. */
    private static boolean isOfUnknownLength(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private static boolean isEnd(Content.Chunk chunk) {
        return chunk.isLast() && !chunk.hasRemaining() && !Content.Chunk.isFailure(chunk);
    }
}

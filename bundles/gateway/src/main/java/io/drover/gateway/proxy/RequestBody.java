package io.drover.gateway.proxy;

import java.util.Optional;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** The caller's body on its way to the cluster, a chunk at a time. */
final class RequestBody extends ContentSourceRequestContent {

    private final long length;
    private Content.Chunk first;

    private RequestBody(Request request, Content.Chunk first) {
        super(request, null);
        this.length = request.getLength();
        this.first = first;
    }

    /** Empty if the request has none. */
    static Optional<RequestBody> of(Request request) {
        if (request.getLength() >= 0) {
            return request.getLength() == 0 ? Optional.empty() : Optional.of(new RequestBody(request, null));
        }
        if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2) {
            // No header tells; if there is no body, its end is here already.
            Content.Chunk chunk = request.read();
            boolean none = chunk != null && chunk.isLast() && !chunk.hasRemaining() && !Content.Chunk.isFailure(chunk);
            return none ? Optional.empty() : Optional.of(new RequestBody(request, chunk));
        }
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                ? Optional.of(new RequestBody(request, null))
                : Optional.empty();
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public Content.Chunk read() {
        if (first != null) {
            Content.Chunk chunk = first;
            first = null;
            return chunk;
        }
        return super.read();
    }

    @Override
    public void demand(Runnable demandCallback) {
        if (first != null) {
            demandCallback.run();
        } else {
            super.demand(demandCallback);
        }
    }
}

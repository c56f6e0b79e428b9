package io.drover.gateway.http;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Reads what is left of a body after the answer and throws it away. A connection closed on a client that is still sending is reset, and
 * the client then never sees why it was refused.
 */
public final class Discard {

    private static final long LIMIT_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Discard() {}

    /** A callback that completes {@code callback} once nothing more comes, or enough has come. */
    public static Callback before(Callback callback, Request request) {
        return Callback.from(() -> new Loop(request, callback).iterate(), callback::failed);
    }

    /** Answers a body that is too long or too slow; no more requests come on this connection. */
    public static void refuse(Request request, Response response, Callback callback, int status, String message) {
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        Replies.failure(request, response, before(callback, request), status, message);
    }

    private static final class Loop extends IteratingCallback {

        private final Request request;
        private final Callback callback;
        private final long since = NanoTime.now();
        private long seen;

        Loop(Request request, Callback callback) {
            this.request = request;
            this.callback = callback;
        }

        @Override
        protected Action process() {
            while (seen < LIMIT_BYTES && NanoTime.secondsSince(since) < PATIENCE.toSeconds()) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this::succeeded);
                    return Action.SCHEDULED;
                }
                seen += chunk.remaining();
                chunk.release();
                if (chunk.isLast()) {
                    return Action.SUCCEEDED;
                }
            }
            return Action.SUCCEEDED;
        }

        @Override
        protected void onCompleteSuccess() {
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            callback.failed(cause);
        }
    }
}

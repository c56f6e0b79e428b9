package io.drover.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Decision;
import io.drover.gateway.http.Audited;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/**
 * A watch of the management plane's whose receiver asked for a WebSocket: each event is a text message, and what comes from the receiver
 * is ignored, as Kubernetes has it. An answer that is no watch after all, such as a refusal, stays an ordinary one.
 */
final class WatchSocket implements PlaneAnswer, FrameHandler, WebSocketNegotiator {

    private static final WebSocketMappings HANDSHAKE = new WebSocketMappings(new WebSocketComponents());
    private static final Pattern URI_BEGINNING = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/%]");
    private static final int WHOLE_FRAMES = 0;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final AuditedCall audited;
    private final CompletableFuture<CoreSession> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile PlaneReply ordinary;
    private volatile CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);

    WatchSocket(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.audited = Audited.of(request);
    }

    /** Whether the request asks for a WebSocket that can be had. */
    static boolean isAskedForBy(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && HttpMethod.GET.is(request.getMethod())
                && request.getHeaders().contains(HttpHeader.UPGRADE, "websocket")
                && request.getHeaders().contains(HttpHeader.SEC_WEBSOCKET_KEY)
                && request.getHeaders().contains(HttpHeader.SEC_WEBSOCKET_VERSION, "13");
    }

    @Override
    public void decided(Decision decision) {
        audited.decided(decision);
    }

    @Override
    public void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {
        audited.changed(before, after);
    }

    // ---- from the management plane

    @Override
    public void begin(int status, Map<String, String> headers) {
        if (status == HttpStatus.OK_200) {
            request.addFailureListener(failure -> end(opened.isDone()));
            upgrade();
            return;
        }
        ordinary = new PlaneReply(request, response, callback);
        ordinary.onOver(() -> over.complete(null));
        ordinary.onGone(() -> gone.complete(null));
        ordinary.begin(status, headers);
    }

    private void upgrade() {
        try {
            if (!hasOrigin()) {
                refuse(HttpStatus.FORBIDDEN_403);
            } else if (protocols(request.getHeaders()).size() > 1
                    || !HANDSHAKE.upgrade(this, request, response, callback, null)) {
                refuse(HttpStatus.BAD_REQUEST_400);
            }
        } catch (Exception e) {
            callback.failed(e);
            end(false);
        }
    }

    /** Kubernetes takes any, but none it refuses; whether it is one of ours, sign-in has asked where that matters. */
    private boolean hasOrigin() {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        return origin != null && URI_BEGINNING.matcher(origin).lookingAt();
    }

    private static List<String> protocols(HttpFields headers) {
        return headers.getCSV(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, false);
    }

    private void refuse(int status) {
        response.setStatus(status);
        response.write(true, null, callback);
        end(false);
    }

    @Override
    public CompletionStage<Void> write(ByteBuffer part) {
        if (ordinary != null) {
            return ordinary.write(part);
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        lastWrite = written;
        opened.whenComplete((session, failure) -> {
            if (failure == null) {
                send(session, messages(part), written);
            } else {
                written.completeExceptionally(failure);
            }
        });
        return written;
    }

    /** A watch's parts are whole events, a line each. */
    private static List<ByteBuffer> messages(ByteBuffer part) {
        List<ByteBuffer> messages = new ArrayList<>();
        int begin = part.position();
        for (int i = begin; i < part.limit(); i++) {
            if (part.get(i) == '\n') {
                messages.add(part.slice(begin, i + 1 - begin));
                begin = i + 1;
            }
        }
        return messages;
    }

    private static void send(CoreSession session, List<ByteBuffer> messages, CompletableFuture<Void> written) {
        int last = messages.size() - 1;
        for (int i = 0; i <= last; i++) {
            Callback sent = i < last
                    ? Callback.NOOP
                    : Callback.from(() -> written.complete(null), written::completeExceptionally);
            session.sendFrame(new Frame(OpCode.TEXT, true, messages.get(i)), sent, i < last);
        }
    }

    @Override
    public void end() {
        if (ordinary != null) {
            ordinary.end();
        } else {
            lastWrite.thenRun(() -> close(CloseStatus.NORMAL, null));
        }
    }

    @Override
    public void abort(Throwable cause) {
        if (ordinary != null) {
            ordinary.abort(cause);
        } else {
            close(CloseStatus.POLICY_VIOLATION, cause.getMessage());
        }
    }

    /** The receiver is told, and not waited for. */
    private void close(int code, String reason) {
        opened.thenAccept(session -> session.close(code, reason, Callback.from(session::abort)));
    }

    @Override
    public void onGone(Runnable task) {
        gone.thenRun(task);
    }

    @Override
    public void onOver(Runnable task) {
        over.thenRun(task);
    }

    private void end(boolean wasOpen) {
        opened.completeExceptionally(new IllegalStateException("the receiver is gone"));
        if (over.complete(null) && wasOpen) {
            audited.ended(HttpStatus.SWITCHING_PROTOCOLS_101);
        }
        gone.complete(null);
    }

    // ---- from the receiver

    @Override
    public FrameHandler negotiate(ServerUpgradeRequest asked, ServerUpgradeResponse answer, Callback failed) {
        // Whatever it is called: events look the same under any name.
        protocols(asked.getHeaders()).forEach(answer::setAcceptedSubProtocol);
        answer.setExtensions(List.of());
        return this;
    }

    @Override
    public void customize(Configuration socket) {
        socket.setIdleTimeout(Duration.ZERO);
        socket.setMaxFrameSize(WHOLE_FRAMES);
    }

    @Override
    public void onOpen(CoreSession session, Callback done) {
        done.succeeded();
        opened.complete(session);
        session.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback done) {
        CoreSession session = opened.join();
        if (frame.getOpCode() == OpCode.PING) {
            ByteBuffer payload = frame.hasPayload() ? BufferUtil.copy(frame.getPayload()) : BufferUtil.EMPTY_BUFFER;
            session.sendFrame(new Frame(OpCode.PONG, payload), Callback.NOOP, false);
        }
        done.succeeded();
        if (frame.getOpCode() != OpCode.CLOSE) {
            session.demand();
        }
    }

    @Override
    public void onError(Throwable cause, Callback done) {
        end(true);
        done.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback done) {
        end(true);
        done.succeeded();
    }
}

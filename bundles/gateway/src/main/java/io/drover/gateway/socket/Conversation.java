package io.drover.gateway.socket;

import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.socket.SocketPeer;
import io.drover.api.socket.SocketSession;
import io.drover.gateway.http.Audited;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;

/** A WebSocket of Jetty's beneath a bundle's session; ended when its caller may no longer have it. */
final class Conversation implements FrameHandler, SocketPeer {

    private static final int MAX_FRAME = 64 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MAX_REASON_BYTES = 123;
    private static final long CLOSE_MILLIS = 500;

    private final SocketSession session;
    private final Caller caller;
    private final Callers callers;
    private final AuditedCall audited;
    private final Scheduler timer;

    private CoreSession socket;
    private Callers.Standing standing;

    Conversation(SocketSession session, Caller caller, Callers callers, Request request) {
        this.session = session;
        this.caller = caller;
        this.callers = callers;
        this.audited = Audited.of(request);
        this.timer = request.getConnectionMetaData().getConnector().getScheduler();
    }

    /** What the WebSocket needs to know before it opens. */
    static void configure(Configuration socket) {
        socket.setIdleTimeout(IDLE); // the session sends something every few seconds
        socket.setMaxFrameSize(MAX_FRAME);
    }

    @Override
    public void onOpen(CoreSession coreSession, Callback callback) {
        socket = coreSession;
        callback.succeeded();
        session.opened(this);
        standing = callers.whileAllowed(
                caller, session.right(), () -> close(CloseStatus.POLICY_VIOLATION, "the caller may no longer do this"));
        socket.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        if (frame.getOpCode() == OpCode.PING) {
            socket.sendFrame(
                    new Frame(OpCode.PONG, frame.hasPayload() ? BufferUtil.copy(frame.getPayload()) : null),
                    Callback.NOOP,
                    false);
        }
        callback.succeeded();
        if (frame.getOpCode() != OpCode.CLOSE) {
            socket.demand();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        if (standing != null) {
            standing.close();
        }
        audited.ended(HttpStatus.SWITCHING_PROTOCOLS_101);
        session.closed();
        callback.succeeded();
    }

    @Override
    public CompletionStage<Void> send(String text) {
        var sent = new CompletableFuture<Void>();
        socket.sendFrame(
                new Frame(OpCode.TEXT, true, text),
                Callback.from(() -> sent.complete(null), sent::completeExceptionally),
                false);
        return sent;
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, cut(reason), Callback.NOOP);
        timer.schedule(socket::abort, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static String cut(String reason) {
        return reason.length() <= MAX_REASON_BYTES ? reason : reason.substring(0, MAX_REASON_BYTES);
    }
}

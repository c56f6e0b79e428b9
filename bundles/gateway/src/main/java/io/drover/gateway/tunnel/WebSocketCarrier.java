package io.drover.gateway.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.wire.Carrier;
import io.drover.wire.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;

/** A WebSocket of Jetty's beneath a tunnel session. */
final class WebSocketCarrier implements Carrier, FrameHandler {

    /** Ten thousand open streams in one SYNCCONNECTIONS are 80 KB; payloads end at 32 KB. */
    static final int MAX_MESSAGE = 2 * 1024 * 1024;

    private static final int INPUT_BUFFER = 32 * 1024;
    private static final int MAX_IN_ROW = 32;
    private static final int MAX_REASON_BYTES = 123;
    private static final long CLOSE_SECONDS = 3;

    private final Function<Carrier, Session> opened;
    private final ScheduledExecutorService timer;

    private CoreSession socket;
    private Session session;
    private byte[] message = new byte[0];
    private int length;
    private int inRow;

    /** @param opened makes the session, once the WebSocket is open */
    WebSocketCarrier(Function<Carrier, Session> opened, ScheduledExecutorService timer) {
        this.opened = opened;
        this.timer = timer;
    }

    /** What the WebSocket needs to know before it opens. */
    static void configure(Configuration socket) {
        socket.setIdleTimeout(Duration.ZERO); // the session hears for itself whether the peer lives
        socket.setAutoFragment(false);
        socket.setMaxFrameSize(MAX_MESSAGE);
        socket.setMaxBinaryMessageSize(MAX_MESSAGE);
        socket.setInputBufferSize(INPUT_BUFFER);
    }

    // ---- from the session

    @Override
    public void send(List<ByteBuffer> messages, Sent sent) {
        int last = messages.size() - 1;
        for (int i = 0; i <= last; i++) {
            var frame = new Frame(OpCode.BINARY, true, messages.get(i).duplicate());
            socket.sendFrame(frame, i < last ? Callback.NOOP : whenSent(sent), i < last);
        }
    }

    @Override
    public void ping() {
        socket.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    public void close(int code, String reason) {
        socket.close(code, cut(reason), Callback.NOOP);
        timer.schedule(socket::abort, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    // ---- from the WebSocket, one call at a time

    @Override
    public void onOpen(CoreSession coreSession, Callback callback) {
        socket = coreSession;
        session = opened.apply(this);
        callback.succeeded();
        session.start();
        socket.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        ByteBuffer payload = frame.hasPayload() ? frame.getPayload() : BufferUtil.EMPTY_BUFFER;
        switch (frame.getOpCode()) {
            case OpCode.BINARY, OpCode.CONTINUATION -> binary(frame.isFin(), payload);
            case OpCode.TEXT -> session.onText();
            case OpCode.PING -> {
                session.onPing();
                socket.sendFrame(new Frame(OpCode.PONG, BufferUtil.copy(payload)), Callback.NOOP, false);
            }
            case OpCode.PONG -> session.onPong();
            default -> {
                // CLOSE is answered when the callback completes
            }
        }
        callback.succeeded();
        if (frame.getOpCode() != OpCode.CLOSE) {
            next();
        }
    }

    /** Asks for one more, unless there were many in a row: other connections wait for the one that reads here. */
    private void next() {
        if (++inRow < MAX_IN_ROW) {
            socket.demand();
        }
    }

    /** Called when the connection has stopped reading; goes on in another thread if it was only to let others have their turn. */
    void readOn() {
        if (inRow == MAX_IN_ROW) {
            inRow = 0;
            socket.demand();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        closed(cause.getMessage(), cause);
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        closed(status.getReason(), status.getCause());
        callback.succeeded();
    }

    private void closed(String reason, Throwable cause) {
        if (session != null) {
            session.onClosed(new IOException(
                    reason == null || reason.isEmpty() ? "the agent's connection was closed" : reason, cause));
        }
    }

    private void binary(boolean last, ByteBuffer payload) {
        if (last && length == 0) {
            session.onMessage(payload);
            return;
        }
        int more = payload.remaining();
        if (length + more > MAX_MESSAGE) {
            session.onClosed(new IOException("message of more than " + MAX_MESSAGE + " bytes"));
            return;
        }
        if (message.length < length + more) {
            message = Arrays.copyOf(message, Math.max(length + more, message.length * 2));
        }
        payload.get(message, length, more);
        length += more;
        if (last) {
            ByteBuffer whole = ByteBuffer.wrap(message, 0, length);
            length = 0;
            session.onMessage(whole);
            message = new byte[0];
        }
    }

    private static Callback whenSent(Sent sent) {
        return Callback.from(InvocationType.NON_BLOCKING, sent::done, sent::failed);
    }

    private static String cut(String reason) {
        String text = reason == null ? "" : reason;
        while (text.getBytes(UTF_8).length > MAX_REASON_BYTES) {
            text = text.substring(0, text.length() - 1);
        }
        return text;
    }
}

package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** The client's end of a WebSocket (RFC 6455) on an {@link EventLoop}, after the handshake. */
final class WebSocketCarrier implements Carrier, EventLoop.Handler {

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int MAX_FRAME_HEADER = 14;
    private static final int MAX_CONTROL_PAYLOAD = 125;

    /** Frames up to this length are handed over where they lie; longer ones are collected first. */
    private static final int WHOLE_FRAME = Frame.MAX_DATA + 1024;

    private static final int READS_IN_A_ROW = 8;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Link link;
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>(2);
    private final MaskKeys maskKeys = new MaskKeys();

    private Session session;
    private SelectionKey key;
    private ByteBuffer in;
    private ByteBuffer frames;
    private Sent sent;
    private boolean closing;

    /** A message of several frames, or of one that is too long to wait for as a whole. */
    private ByteBuffer collected;

    private long uncollected;
    private boolean lastFrame;

    /** @param early bytes that followed the handshake's answer */
    WebSocketCarrier(EventLoop loop, Link link, ByteBuffer early) {
        this.loop = loop;
        this.link = link;
        this.in = ByteBuffer.allocate(2 * WHOLE_FRAME + link.readUnit).put(early); // given to the loop when empty
    }

    /** On the loop's thread. */
    void start(Session newSession) throws IOException {
        session = newSession;
        key = loop.register(link.channel(), SelectionKey.OP_READ, this);
        session.start();
        decode();
        read();
    }

    // ---- sending

    @Override
    public void send(List<ByteBuffer> messages, Sent whenSent) {
        if (!loop.isCurrent()) {
            loop.execute(() -> send(messages, whenSent));
            return;
        }
        int length = 0;
        for (ByteBuffer message : messages) {
            length += message.remaining() + MAX_FRAME_HEADER;
        }
        frames = loop.borrow(length);
        for (ByteBuffer message : messages) {
            frame(frames, BINARY, message);
        }
        sent = whenSent;
        push(frames.flip());
    }

    @Override
    public void ping() {
        sendControl(PING, ByteBuffer.allocate(0));
    }

    @Override
    public void close(int code, String reason) {
        byte[] text = FrameCodec.cut(String.valueOf(reason), MAX_CONTROL_PAYLOAD - 2);
        ByteBuffer payload = ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .flip();
        sendControl(CLOSE, payload);
        loop.after(CLOSE_LIMIT, () -> Quietly.close(link));
    }

    private void sendControl(int opcode, ByteBuffer payload) {
        if (!loop.isCurrent()) {
            loop.execute(() -> sendControl(opcode, payload));
            return;
        }
        if (!closing) {
            closing = opcode == CLOSE;
            ByteBuffer frame = ByteBuffer.allocate(payload.remaining() + MAX_FRAME_HEADER);
            frame(frame, opcode, payload);
            push(frame.flip());
        }
    }

    private void push(ByteBuffer bytes) {
        out.add(bytes);
        if (out.size() == 1 && link.isFlushed()) {
            try {
                flush();
            } catch (IOException e) {
                loop.execute(() -> failed(e)); // not from within the session's own call
            }
        }
    }

    private void flush() throws IOException {
        if (!link.channel().isOpen()) {
            return;
        }
        while (!out.isEmpty() || !link.isFlushed()) {
            ByteBuffer first = out.isEmpty() ? ByteBuffer.allocate(0) : out.peek();
            link.write(first);
            if (first.hasRemaining() || !link.isFlushed()) {
                interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
            out.poll();
            if (first == frames) {
                loop.giveBack(frames);
                frames = null;
                Sent told = sent;
                sent = null;
                told.done();
            }
        }
        interest(SelectionKey.OP_READ);
    }

    private void interest(int operations) {
        if (key != null && key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    private void frame(ByteBuffer target, int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        target.put((byte) (0x80 | opcode));
        if (length < 126) {
            target.put((byte) (0x80 | length));
        } else if (length < 0x10000) {
            target.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            target.put((byte) (0x80 | 127)).putLong(length);
        }
        int mask = maskKeys.next();
        target.putInt(mask);
        long wide = (long) mask << 32 | mask & 0xffffffffL;
        while (payload.remaining() >= Long.BYTES) {
            target.putLong(payload.getLong() ^ wide);
        }
        for (int shift = 24; payload.hasRemaining(); shift -= 8) {
            target.put((byte) (payload.get() ^ mask >>> (shift & 31)));
        }
    }

    /** Keys a peer cannot foresee, without asking the random source for four bytes at a time. */
    private static final class MaskKeys {
        private static final SecureRandom random = new SecureRandom();
        private final ByteBuffer stock = ByteBuffer.allocate(256).limit(0);

        int next() {
            if (!stock.hasRemaining()) {
                random.nextBytes(stock.clear().array());
            }
            return stock.getInt();
        }
    }

    // ---- receiving

    @Override
    public void ready(SelectionKey ready) throws IOException {
        if (ready.isWritable()) {
            flush();
        }
        if (ready.isValid() && ready.isReadable()) {
            read();
        }
    }

    @Override
    public void failed(IOException cause) {
        Quietly.close(link);
        session.onClosed(cause);
    }

    private void read() throws IOException {
        if (in == null) {
            in = loop.borrow(2 * WHOLE_FRAME + link.readUnit);
        }
        for (int i = 0; i < READS_IN_A_ROW; i++) {
            int n = link.channel().isOpen() ? link.read(in) : -1;
            if (n < 0) {
                failed(new IOException("the server closed the connection"));
                return;
            }
            if (n == 0) {
                if (in.position() == 0) {
                    loop.giveBack(in);
                    in = null;
                }
                return;
            }
            decode();
        }
        loop.execute(
                () -> { // TLS may hold bytes that no selector tells about
                    try {
                        read();
                    } catch (IOException e) {
                        failed(e);
                    }
                });
    }

    private void decode() throws IOException {
        in.flip();
        try {
            while (in.hasRemaining() && link.channel().isOpen() && decodeNext()) {
                // frame by frame
            }
        } catch (ProtocolException e) {
            session.onClosed(e);
            Quietly.close(link);
        }
        in.compact();
    }

    /** Takes one frame, or a part of a long one; false if there is less. */
    private boolean decodeNext() throws ProtocolException {
        if (uncollected > 0) {
            collect((int) Math.min(uncollected, in.remaining()));
            return true;
        }
        in.mark();
        if (in.remaining() < 2) {
            return false;
        }
        int first = in.get();
        int second = in.get();
        int opcode = first & 0x0f;
        boolean last = first < 0;
        if ((first & 0x70) != 0 || second < 0) {
            throw new ProtocolException("WebSocket frame with extension bits or a mask");
        }
        long length = second;
        int more = second == 126 ? Short.BYTES : second == 127 ? Long.BYTES : 0;
        if (in.remaining() < more) {
            in.reset();
            return false;
        }
        if (more > 0) {
            length = more == Short.BYTES ? in.getShort() & 0xffff : in.getLong();
        }
        long before = collected == null ? 0 : collected.position();
        if (length < 0 || length + before > FrameCodec.MAX_MESSAGE || opcode >= CLOSE && (length > 125 || !last)) {
            throw new ProtocolException("WebSocket frame of " + length + " bytes");
        }
        if (length <= WHOLE_FRAME && in.remaining() < length) {
            in.reset();
            return false;
        }
        if (opcode >= CLOSE) {
            control(opcode, body((int) length));
        } else if (opcode == TEXT) {
            session.onText();
        } else if (opcode != (collected == null ? BINARY : CONTINUATION)) {
            throw new ProtocolException("WebSocket frame of kind " + opcode);
        } else if (last && collected == null && length <= WHOLE_FRAME) {
            session.onMessage(body((int) length));
        } else {
            lastFrame = last;
            uncollected = length;
            makeRoom((int) length);
            collect((int) Math.min(uncollected, in.remaining()));
        }
        return true;
    }

    private ByteBuffer body(int length) {
        ByteBuffer body = in.slice(in.position(), length);
        in.position(in.position() + length);
        return body;
    }

    private void control(int opcode, ByteBuffer payload) {
        switch (opcode) {
            case PING -> {
                sendControl(PONG, payload);
                session.onPing();
            }
            case PONG -> session.onPong();
            case CLOSE -> {
                String why = payload.remaining() < 2 ? "" : ": " + payload.getShort() + " " + UTF_8.decode(payload);
                session.onClosed(new IOException("the server ended the WebSocket" + why));
            }
            default -> session.onClosed(new ProtocolException("WebSocket frame of kind " + opcode));
        }
    }

    private void makeRoom(int length) {
        if (collected == null) {
            collected = ByteBuffer.allocate(length);
        } else if (collected.remaining() < length) {
            int needed = collected.position() + length;
            collected = ByteBuffer.allocate(Math.max(needed, 2 * collected.capacity()))
                    .put(collected.flip());
        }
    }

    private void collect(int n) {
        collected.put(body(n));
        uncollected -= n;
        if (uncollected == 0 && lastFrame) {
            ByteBuffer message = collected.flip();
            collected = null;
            session.onMessage(message);
        }
    }
}

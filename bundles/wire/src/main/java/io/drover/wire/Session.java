package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many byte streams over one WebSocket, as remotedialer has it (protocol 1.3 to 1.9 of our reference), and between two
 * ends of ours with the messages from 64 on.
 *
 * <p>A session starts with {@link #start}, and ends once: by {@link #close}, by a broken message, by silence, or with
 * its carrier. No method blocks, and no lock is held while something is sent or a listener is called.
 */
public final class Session {

    /** Which end of the WebSocket this is. */
    public enum Role {
        /** Opened the WebSocket: usually the agent, which is dialled. */
        CLIENT,
        /** Accepted the WebSocket: usually the one that dials. */
        SERVER
    }

    /** What a session needs from its surroundings, the same for all sessions of a process. */
    public record Runtime(Executor executor, Scheduler scheduler, Limits limits) {}

    private static final Duration PING = Duration.ofSeconds(5);

    /** Silence after which a peer of ours is given up: two pings unanswered, noticed at the third. */
    private static final Duration SILENCE = Duration.ofMillis(12_500);

    private static final Duration PLAIN_SILENCE = Duration.ofSeconds(60);
    private static final int PINGS_A_SYNC = 12;

    /** A stream this young may be missing in the peer's list because the CONNECT had not arrived. */
    private static final Duration SYNC_GRACE = Duration.ofSeconds(30);

    /** The dialled side has 60 seconds. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(65);

    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;

    private final String name;
    private final Carrier carrier;
    private final Role role;
    private final Optional<Extension> extension;
    private final Runtime runtime;
    private final StreamAcceptor acceptor;
    private final SessionListener listener;

    private final MessageWriter writer;
    private final ConcurrentHashMap<Long, TunnelStream> streams = new ConcurrentHashMap<>(4);
    private final AtomicLong ids;
    private final AtomicBoolean over = new AtomicBoolean();
    private final long since;

    private volatile boolean goingAway;
    private volatile boolean toldToGo;
    private volatile long heard;
    private volatile long pinged;
    private volatile boolean pingOpen;
    private volatile long roundTrip;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private int pings;
    private long ticked;

    /**
     * @param name who the peer is, for error texts; plain clients call themselves {@code client}
     * @param extension what the peer announced in the handshake; empty for plain remotedialer
     */
    public Session(
            String name,
            Carrier carrier,
            Role role,
            Optional<Extension> extension,
            Runtime runtime,
            StreamAcceptor acceptor,
            SessionListener listener) {
        this.name = name;
        this.carrier = carrier;
        this.role = role;
        this.extension = extension;
        this.runtime = runtime;
        this.acceptor = acceptor;
        this.listener = listener;
        this.writer = new MessageWriter(carrier, this::end);
        this.ids = new AtomicLong(role == Role.SERVER ? 1 : 0);
        this.since = nanoTime();
        this.heard = since;
        this.ticked = since;
    }

    /** Begins to send pings; called once, when the carrier is ready. */
    public void start() {
        tick();
    }

    /**
     * Opens a stream to an address as the peer sees it, and returns at once: bytes may be written already.
     *
     * @param network {@code tcp} or {@code unix}; a plain agent gives up its whole session for a network, or a unix
     *     address, that it does not permit
     * @throws IOException if this session is over or going away, or is full, or the address too long for the peer
     */
    public TunnelStream open(String network, String address, StreamListener streamListener) throws IOException {
        if (over.get()) {
            throw new IOException("tunnel disconnect");
        }
        if (goingAway) {
            throw new IOException("the tunnel session is going away");
        }
        if (streams.size() >= runtime.limits().streams()) {
            throw new IOException("the tunnel session has no room for more streams");
        }
        byte[] target = (network + "/" + address).getBytes(UTF_8);
        if (target.length > FrameCodec.MAX_CONNECT) {
            throw new IOException("the address is too long: " + address);
        }
        // Plain clients count up from 1: counting down keeps the two directions apart.
        long id = role == Role.SERVER ? ids.incrementAndGet() : ids.decrementAndGet();
        var stream = new TunnelStream(this, id, network, address, true, streamListener);
        streams.put(id, stream);
        writer.control(id, Frame.CONNECT, target);
        if (over.get()) {
            stream.fail(new IOException("tunnel disconnect"));
        }
        writer.pump();
        if (extension.isEmpty()) {
            runtime.executor().execute(() -> streamListener.onOpened(stream));
        }
        return stream;
    }

    /** Opens no more streams and asks the peer for the same. The session ends when its last stream has. */
    public void goAway(String reason) {
        goingAway = true;
        if (extension.isPresent()) {
            writer.control(0, Frame.GO_AWAY, FrameCodec.cut(reason, FrameCodec.MAX_ERROR));
            writer.pump();
        } else {
            closeIfDrained();
        }
    }

    /** Ends the session and all its streams. */
    public void close(String reason) {
        end(new IOException(reason));
    }

    public boolean isOpen() {
        return !over.get();
    }

    /** Whether new streams are better opened elsewhere. */
    public boolean isGoingAway() {
        return goingAway;
    }

    public SessionStatistics statistics() {
        long now = nanoTime();
        return new SessionStatistics(
                extension.isPresent(),
                roundTrip == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(roundTrip)),
                Duration.ofNanos(now - since),
                Duration.ofNanos(now - heard),
                streams.size(),
                bytesIn.get(),
                bytesOut.get());
    }

    // ---- for the carrier's owner

    /** A whole binary message arrived. The buffer is free again on return. */
    public void onMessage(ByteBuffer message) {
        heard = nanoTime();
        if (over.get()) {
            return;
        }
        try {
            receive(FrameCodec.decode(message));
        } catch (ProtocolException e) {
            end(e);
        }
        writer.pump();
    }

    /** A text message arrived, which the protocol does not know. */
    public void onText() {
        end(new ProtocolException("text message"));
    }

    public void onPing() {
        heard = nanoTime();
    }

    /** A pong arrived, whatever its payload: Go ends send none. */
    public void onPong() {
        long now = nanoTime();
        heard = now;
        if (pingOpen) {
            pingOpen = false;
            roundTrip = Math.max(1, now - pinged);
        }
    }

    /** The WebSocket is gone. */
    public void onClosed(Throwable cause) {
        end(cause instanceof IOException io ? io : new IOException(String.valueOf(cause.getMessage()), cause));
    }

    // ---- for streams and writer

    MessageWriter writer() {
        return writer;
    }

    void pump() {
        writer.pump();
    }

    Optional<Extension> extension() {
        return extension;
    }

    Limits limits() {
        return runtime.limits();
    }

    long nanoTime() {
        return runtime.scheduler().nanoTime();
    }

    void after(Duration delay, Runnable task) {
        runtime.scheduler().after(delay, task);
    }

    long roundTripNanos() {
        return roundTrip;
    }

    void countOut(int bytes) {
        bytesOut.addAndGet(bytes);
    }

    void remove(TunnelStream stream) {
        streams.remove(stream.id(), stream);
        if (toldToGo || goingAway) {
            execute(this::closeIfDrained);
        }
    }

    // ---- what arrives

    private void receive(Frame frame) throws ProtocolException {
        TunnelStream stream = streams.get(frame.stream());
        int type = frame.type() < 0 || frame.type() > Integer.MAX_VALUE ? 0 : (int) frame.type();
        switch (type) {
            case Frame.DATA -> data(stream, frame);
            case Frame.CONNECT -> connect(frame);
            case Frame.ERROR -> error(stream, frame);
            case Frame.PAUSE, Frame.RESUME -> {
                if (stream != null) {
                    stream.onPaused(type == Frame.PAUSE);
                }
            }
            case Frame.SYNC_CONNECTIONS -> sync(FrameCodec.ids(frame.body()));
            default -> {
                if (extension.isPresent()) {
                    receiveExtended(type, stream, frame.body());
                }
            }
        }
    }

    private void receiveExtended(int type, TunnelStream stream, ByteBuffer body) throws ProtocolException {
        if (type == Frame.GO_AWAY) {
            goingAway = true;
            toldToGo = true;
            listener.onGoAway(FrameCodec.text(body));
            closeIfDrained();
        } else if (stream != null) {
            switch (type) {
                case Frame.WINDOW -> stream.onCredit(FrameCodec.varint(body));
                case Frame.OPENED -> stream.onOpened(FrameCodec.varint(body), FrameCodec.text(body));
                case Frame.FIN -> stream.onFin();
                case Frame.RESET -> stream.onReset(FrameCodec.text(body));
                default -> {
                    // a newer peer's message
                }
            }
        }
    }

    private void data(TunnelStream stream, Frame frame) {
        if (stream != null) {
            bytesIn.addAndGet(frame.body().remaining());
            stream.onData(frame.body());
        } else {
            String text = "connection not found " + name + "/0/" + frame.stream();
            writer.control(
                    frame.stream(),
                    extension.isPresent() ? Frame.RESET : Frame.ERROR,
                    FrameCodec.cut(text, FrameCodec.MAX_ERROR));
        }
    }

    private void error(TunnelStream stream, Frame frame) {
        if (stream != null) {
            String text = FrameCodec.text(frame.body());
            writer.control(frame.stream(), Frame.ERROR, FrameCodec.cut(text, FrameCodec.MAX_ERROR));
            stream.onError(text);
        }
    }

    private void connect(Frame frame) throws ProtocolException {
        String target = FrameCodec.text(frame.body());
        int slash = target.indexOf('/');
        if (slash < 0) {
            throw new ProtocolException("CONNECT without a network");
        }
        String network = target.substring(0, slash);
        String address = target.substring(slash + 1);
        var stream = new TunnelStream(this, frame.stream(), network, address, false, null);
        if (streams.putIfAbsent(frame.stream(), stream) != null) {
            throw new ProtocolException("CONNECT for a stream that is open");
        }
        if (streams.size() > runtime.limits().streams()) {
            stream.refuse(DialFailure.OTHER, "too many streams");
        } else if (!acceptor.permit(network, address)) {
            stream.refuse(DialFailure.NOT_PERMITTED, "connect not allowed: " + address);
        } else if (!execute(() -> acceptor.accept(stream))) {
            stream.refuse(DialFailure.OTHER, "too busy");
        }
    }

    private void sync(Set<Long> known) {
        long old = nanoTime() - SYNC_GRACE.toNanos();
        for (TunnelStream stream : streams.values()) {
            if (!known.contains(stream.id()) && stream.since() - old < 0) {
                stream.fail(new IOException("sync from client"));
            }
        }
    }

    // ---- life and end

    private void tick() {
        if (over.get()) {
            return;
        }
        long now = nanoTime();
        Duration limit = extension.isPresent() ? SILENCE : PLAIN_SILENCE;
        boolean asleep = now - ticked > 2 * PING.toNanos(); // then what arrived may only not have been read yet
        ticked = now;
        if (!asleep && now - heard > limit.toNanos()) {
            end(new IOException("tunnel disconnect: nothing heard for "
                    + Duration.ofNanos(now - heard).toSeconds() + " s"));
            return;
        }
        if (!pingOpen) {
            pinged = now;
            pingOpen = true;
        }
        carrier.ping();
        if (role == Role.CLIENT && ++pings % PINGS_A_SYNC == 0) {
            writer.control(0, Frame.SYNC_CONNECTIONS, FrameCodec.ids(streams.keySet()));
        }
        for (TunnelStream stream : streams.values()) {
            stream.checkTime(now, ANSWER_LIMIT);
        }
        writer.pump();
        closeIfDrained();
        runtime.scheduler().after(PING, this::tick);
    }

    private void closeIfDrained() {
        boolean plainAndGoing = goingAway && extension.isEmpty();
        if ((toldToGo || plainAndGoing) && streams.isEmpty() && writer.isIdle()) {
            end(new IOException("drained"));
        }
    }

    private void end(IOException cause) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        writer.stop();
        carrier.close(cause instanceof ProtocolException ? PROTOCOL_ERROR : NORMAL, cause.getMessage());
        String text = String.valueOf(cause.getMessage());
        var failure =
                text.startsWith("tunnel disconnect") ? cause : new IOException("tunnel disconnect: " + text, cause);
        for (TunnelStream stream : List.copyOf(streams.values())) {
            stream.fail(failure);
        }
        listener.onClosed(cause);
    }

    private boolean execute(Runnable task) {
        try {
            runtime.executor().execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}

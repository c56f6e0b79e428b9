package io.drover.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * One byte stream in a session, in both directions, non-blocking. Methods may be called from any thread; reads by one
 * thread at a time, writes too.
 *
 * <p>With a peer of ours a direction can end by itself ({@link #shutdownOutput}). Plain remotedialer knows no
 * half-close: there, the dialling side's {@code shutdownOutput} reaches the peer only with {@link #close}, and the
 * dialled side's ends both directions.
 */
public final class TunnelStream {

    /** Written bytes that wait for their turn in the session; more are not taken. */
    private static final int OUTBOX = 128 * 1024;

    private static final int OUTBOX_LOW = OUTBOX / 2;

    /** The same while the session's streams together hold much. */
    private static final int OUTBOX_CROWDED = 16 * 1024;

    /** How long bytes written before {@link #close} or {@link #reset} may wait for a peer that has paused us. */
    private static final Duration LINGER = Duration.ofSeconds(30);

    /** What is to be sent once the outbox is empty. */
    private enum Ending {
        NONE,
        FIN,
        FIN_AND_RESET,
        RESET,
        EOF_ERROR,
        FAILURE
    }

    private final Session session;
    private final long id;
    private final String network;
    private final String address;
    private final boolean dialler;
    private final boolean extended;
    private final long since;

    private final Object lock = new Object();
    private final FlowControl flow;
    private StreamListener listener;
    private boolean answered;
    private boolean closed;
    private boolean removed;
    private IOException failure;

    private final ByteQueue inbox = new ByteQueue();
    private boolean heard;
    private boolean inputEnded;

    private final ByteQueue outbox = new ByteQueue();
    private boolean outputShut;
    private boolean scheduled;
    private boolean writerWaits;
    private Ending ending = Ending.NONE;
    private String failureText = "";
    private long lingerUntil;

    TunnelStream(Session session, long id, String network, String address, boolean dialler, StreamListener listener) {
        this.session = session;
        this.id = id;
        this.network = network;
        this.address = address;
        this.dialler = dialler;
        this.listener = listener;
        this.extended = session.extension().isPresent();
        this.since = session.nanoTime();
        this.flow = session.extension()
                .<FlowControl>map(agreed -> new CreditFlow(session, id, agreed.window()))
                .orElseGet(() -> new PauseFlow(session, id));
        this.answered = dialler && !extended;
    }

    public String network() {
        return network;
    }

    public String address() {
        return address;
    }

    public Session session() {
        return session;
    }

    long id() {
        return id;
    }

    long since() {
        return since;
    }

    // ---- for the stream's user

    /**
     * Takes bytes that have arrived.
     *
     * @return how many; 0 if there are none now; -1 after the last one
     * @throws IOException if the stream failed and everything that had arrived before was read
     */
    public int read(ByteBuffer target) throws IOException {
        int n;
        boolean told;
        synchronized (lock) {
            if (closed) {
                throw new ClosedChannelException();
            }
            n = inbox.read(target);
            if (n == 0) {
                if (!target.hasRemaining() || inbox.size() > 0) {
                    return 0;
                }
                if (inputEnded) {
                    return -1;
                }
                if (failure != null) {
                    throw failure;
                }
                return 0;
            }
            told = flow.consume(n, inbox.size(), !removed && !inputEnded);
            if (told && flow instanceof PauseFlow pauses) {
                queueIfSendable();
                session.after(PauseFlow.AGAIN, () -> resumeAgain(pauses));
            }
        }
        if (told) {
            session.pump();
        }
        return n;
    }

    /** How many bytes have arrived and were not read. */
    public int readableBytes() {
        synchronized (lock) {
            return inbox.size();
        }
    }

    /** Whether {@link #read} would have something to say, be it the end. */
    public boolean isReadable() {
        synchronized (lock) {
            return inbox.size() > 0 || inputEnded || failure != null || closed;
        }
    }

    /**
     * Takes as many bytes as the peer has allowed and the session has room for, and copies them.
     *
     * @return how many, perhaps 0; if fewer than offered, {@link StreamListener#onWritable} will follow
     * @throws IOException if the stream has failed, or its output or all of it was closed
     */
    public int write(ByteBuffer source) throws IOException {
        int n;
        boolean queue;
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            if (outputShut) {
                throw new ClosedChannelException();
            }
            n = Math.min(source.remaining(), room());
            outbox.add(source, n);
            session.writer().countQueued(n);
            flow.take(n);
            writerWaits = source.hasRemaining();
            queue = queueIfSendable();
        }
        if (queue) {
            session.pump();
        }
        return n;
    }

    /**
     * How many bytes {@link #write} takes now; it may also be about to throw. If none, {@link
     * StreamListener#onWritable} will follow.
     */
    public int writableBytes() {
        synchronized (lock) {
            int room = room();
            writerWaits |= room == 0;
            return room;
        }
    }

    /** No more will be written. What was is delivered. */
    public void shutdownOutput() {
        synchronized (lock) {
            if (outputShut || failure != null) {
                return;
            }
            outputShut = true;
            if (extended) {
                ending = Ending.FIN;
            } else if (!dialler) {
                ending = Ending.EOF_ERROR;
            }
            queueIfSendable();
        }
        session.pump();
    }

    /** Ends both directions. What was written is still delivered; what arrived and was not read is lost. */
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            inbox.clear();
            boolean finSent = outputShut && extended && ending == Ending.NONE;
            outputShut = true;
            if (!removed && failure == null) {
                if (!extended) {
                    endWith(Ending.EOF_ERROR);
                } else if (inputEnded) {
                    endWith(finSent ? Ending.NONE : Ending.FIN);
                } else {
                    endWith(finSent ? Ending.RESET : Ending.FIN_AND_RESET);
                }
            }
        }
        session.pump();
    }

    /**
     * Ends both directions. What was written is still delivered, and then the peer's reader learns that the stream did not end well; what
     * arrived and was not read is lost.
     */
    public void reset(String reason) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            inbox.clear();
            outputShut = true;
            if (!removed && failure == null) {
                failureText = reason;
                endWith(Ending.FAILURE);
            }
        }
        session.pump();
    }

    // ---- for the dialled side

    /** Answers that the address was reached. From now on the listener is told. */
    public void accept(StreamListener newListener) {
        boolean readable;
        IOException failed;
        synchronized (lock) {
            if (answered) {
                throw new IllegalStateException("answered already");
            }
            answered = true;
            listener = newListener;
            if (extended && !removed) {
                session.writer().control(id, Frame.OPENED, FrameCodec.numberAndText(0, ""));
            }
            readable = inbox.size() > 0 || inputEnded;
            failed = failure;
        }
        session.pump();
        if (failed != null) {
            newListener.onFailed(this, failed);
        } else if (readable) {
            newListener.onReadable(this);
        }
    }

    /** Answers that the address was not reached. The stream is over. */
    public void refuse(DialFailure why, String message) {
        synchronized (lock) {
            if (answered) {
                throw new IllegalStateException("answered already");
            }
            answered = true;
            closed = true;
            if (removed) {
                return;
            }
            if (extended) {
                session.writer().control(id, Frame.OPENED, FrameCodec.numberAndText(why.code(), message));
                over(new DialException(why, message));
            } else {
                abandon(new DialException(why, message), message);
            }
        }
        session.pump();
    }

    /** Whether the dialler still wants the stream: a dial may take long. */
    public boolean isOpen() {
        synchronized (lock) {
            return !closed && failure == null && !removed;
        }
    }

    // ---- for the session: what the peer sent

    void onData(ByteBuffer body) {
        boolean first;
        boolean overrun;
        synchronized (lock) {
            int n = body.remaining();
            if (n == 0 || inputEnded || removed || closed) {
                return;
            }
            heard = true;
            first = inbox.size() == 0;
            overrun = !flow.receive(n, inbox.size());
            if (overrun) {
                abandon(new IOException("receive window exceeded"), "receive window exceeded");
            } else {
                inbox.add(body, n);
            }
        }
        session.pump();
        if (overrun) {
            tellFailed();
        } else if (first) {
            tellReadable();
        }
    }

    void onError(String text) {
        boolean failed;
        synchronized (lock) {
            if (removed) {
                return;
            }
            failed = !text.equals("EOF");
            if (!failed) {
                inputEnded = true;
                over(new IOException("the peer has closed the stream"));
            } else {
                boolean dialFailed = dialler && !heard;
                over(dialFailed ? new DialException(DialFailure.ofText(text), text) : new IOException(text));
            }
        }
        tell(failed);
    }

    void onPaused(boolean paused) {
        if (!(flow instanceof PauseFlow pauses)) {
            return;
        }
        boolean wake;
        boolean doubtful = false;
        synchronized (lock) {
            if (paused) {
                doubtful = pauses.paused();
            } else {
                pauses.resumed();
            }
            queueIfSendable();
            wake = wakesWriter();
        }
        session.pump();
        tellWritable(wake);
        if (doubtful) {
            session.after(PauseFlow.AGAIN, () -> onPaused(false));
        }
    }

    void onCredit(long granted) throws ProtocolException {
        if (!(flow instanceof CreditFlow credit)) {
            return;
        }
        boolean wake;
        synchronized (lock) {
            credit.add(granted);
            wake = wakesWriter();
        }
        tellWritable(wake);
    }

    void onOpened(long code, String text) {
        DialFailure refused = code == 0 ? null : DialFailure.ofCode(code);
        synchronized (lock) {
            if (!dialler || answered || removed) {
                return;
            }
            answered = true;
            if (refused != null) {
                over(new DialException(refused, text));
            }
        }
        if (refused == null) {
            listener.onOpened(this);
        } else {
            tellFailed();
        }
    }

    void onFin() {
        synchronized (lock) {
            if (removed || inputEnded) {
                return;
            }
            inputEnded = true;
            if (ending == Ending.RESET || ending == Ending.FIN_AND_RESET) {
                ending = ending == Ending.RESET ? Ending.NONE : Ending.FIN;
            }
            removeIfBothEnded();
        }
        tellReadable();
    }

    void onReset(String text) {
        synchronized (lock) {
            if (removed) {
                return;
            }
            over(new IOException(text));
        }
        tellFailed();
    }

    /** The stream is over for a reason that the peer knows already, or never will. */
    void fail(IOException cause) {
        synchronized (lock) {
            if (removed) {
                return;
            }
            over(cause);
        }
        tellFailed();
    }

    /** Called every few seconds: gives up what has waited too long. */
    void checkTime(long now, Duration answerLimit) {
        boolean late = false;
        synchronized (lock) {
            if (closed && !removed && ending != Ending.NONE && now - lingerUntil > 0) {
                abandon(new IOException("closed"), "EOF");
            } else if (dialler && !answered && !removed && now - since > answerLimit.toNanos()) {
                late = true;
                abandon(new DialException(DialFailure.TIMEOUT, "no answer from the far side"), "timeout");
            }
        }
        if (late) {
            session.pump();
            tellFailed();
        }
    }

    // ---- for the writer

    /** The stream's next message, or null if there is nothing to send after all. */
    ByteBuffer takeTurn(int limit) {
        synchronized (lock) {
            if (outbox.size() > 0) {
                if (flow.isHeldBack()) {
                    return null;
                }
                byte[] header = new byte[FrameCodec.MAX_HEADER];
                int length = FrameCodec.header(header, session.writer().nextMessageId(), id, Frame.DATA);
                int before = outbox.size();
                ByteBuffer message = outbox.take(limit, header, length);
                session.countOut(before - outbox.size());
                session.writer().countQueued(outbox.size() - before);
                return message;
            }
            return switch (ending) {
                case NONE -> null;
                case FIN -> ended(Frame.FIN, "", Ending.NONE);
                case FIN_AND_RESET -> ended(Frame.FIN, "", Ending.RESET);
                case RESET -> ended(Frame.RESET, "closed", Ending.NONE);
                case EOF_ERROR -> ended(Frame.ERROR, "EOF", Ending.NONE);
                case FAILURE -> ended(extended ? Frame.RESET : Frame.ERROR, failureText, Ending.NONE);
            };
        }
    }

    /** Whether to queue the stream again; if not, it does so itself when something new is to be sent. */
    boolean wantsAnotherTurn() {
        synchronized (lock) {
            scheduled = sendable();
            return scheduled;
        }
    }

    /** After a turn: there may be room in the outbox, or the end may have been sent. */
    void afterTurn() {
        boolean wake;
        boolean eofSent;
        synchronized (lock) {
            wake = outbox.size() <= OUTBOX_LOW && wakesWriter();
            eofSent = removed && !closed && !extended && inputEnded;
        }
        tellWritable(wake);
        if (eofSent) {
            tellReadable();
        }
    }

    // ---- all below: under the lock

    private ByteBuffer ended(int type, String text, Ending next) {
        ending = next;
        if (type == Frame.ERROR) {
            inputEnded = true;
            remove();
            if (flow.beforeEnd()) {
                session.writer().control(id, Frame.ERROR, FrameCodec.cut(text, FrameCodec.MAX_ERROR));
                return null;
            }
        } else if (type == Frame.RESET) {
            remove();
        } else {
            removeIfBothEnded();
        }
        return FrameCodec.encode(
                session.writer().nextMessageId(), id, type, FrameCodec.cut(text, FrameCodec.MAX_ERROR));
    }

    private void endWith(Ending last) {
        ending = last;
        lingerUntil = session.nanoTime() + LINGER.toNanos();
        queueIfSendable();
    }

    private int room() {
        int limit = session.writer().isCrowded() ? OUTBOX_CROWDED : OUTBOX;
        return (int) Math.max(0, Math.min(flow.allowance(), limit - outbox.size()));
    }

    private boolean sendable() {
        return outbox.size() > 0 ? !flow.isHeldBack() : ending != Ending.NONE;
    }

    private boolean queueIfSendable() {
        if (scheduled || !sendable()) {
            return false;
        }
        scheduled = true;
        session.writer().schedule(this);
        return true;
    }

    private boolean wakesWriter() {
        if (!writerWaits || room() == 0) {
            return false;
        }
        writerWaits = false;
        return true;
    }

    private void resumeAgain(PauseFlow pauses) {
        synchronized (lock) {
            if (removed) {
                return;
            }
            pauses.resumeAgain();
        }
        session.pump();
    }

    /** Ends the stream here and tells the peer at once. */
    private void abandon(IOException cause, String text) {
        if (removed) {
            return;
        }
        flow.beforeEnd();
        session.writer().control(id, extended ? Frame.RESET : Frame.ERROR, FrameCodec.cut(text, FrameCodec.MAX_ERROR));
        over(cause);
    }

    private void over(IOException cause) {
        failure = cause;
        session.writer().countQueued(-outbox.size());
        outbox.clear();
        ending = Ending.NONE;
        if (closed) {
            inbox.clear();
        }
        remove();
    }

    private void removeIfBothEnded() {
        if (inputEnded && outputShut && outbox.size() == 0 && ending == Ending.NONE) {
            remove();
        }
    }

    private void remove() {
        removed = true;
        session.remove(this);
    }

    // ---- calls to the listener: not under the lock

    private void tell(boolean failed) {
        if (failed) {
            tellFailed();
        } else {
            tellReadable();
            tellWritable(true);
        }
    }

    private void tellReadable() {
        StreamListener told = listening();
        if (told != null) {
            told.onReadable(this);
        }
    }

    private void tellWritable(boolean wake) {
        StreamListener told = wake ? listening() : null;
        if (told != null) {
            told.onWritable(this);
        }
    }

    private void tellFailed() {
        StreamListener told = listening();
        if (told != null) {
            told.onFailed(this, failure);
        }
    }

    private StreamListener listening() {
        synchronized (lock) {
            return closed ? null : listener;
        }
    }
}

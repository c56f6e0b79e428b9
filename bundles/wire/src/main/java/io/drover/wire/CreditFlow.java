package io.drover.wire;

/** Between two ends of ours: a writer spends what the reader has granted. */
final class CreditFlow implements FlowControl {

    private final Session session;
    private final long stream;

    private int window;
    private int granted;
    private int consumed;
    private long grantedAt;
    private long credit;

    CreditFlow(Session session, long stream, long peersWindow) {
        this.session = session;
        this.stream = stream;
        this.window = session.limits().window();
        this.granted = window;
        this.grantedAt = session.nanoTime();
        this.credit = peersWindow;
    }

    @Override
    public boolean receive(int bytes, int unread) {
        if (bytes > granted) {
            return false;
        }
        granted -= bytes;
        return true;
    }

    /** Credit follows consumption. The window grows while half of it passes within a round trip. */
    @Override
    public boolean consume(int bytes, int unread, boolean moreExpected) {
        consumed += bytes;
        if (consumed < window / 2 || !moreExpected) {
            return false;
        }
        long now = session.nanoTime();
        if (now - grantedAt < session.roundTripNanos()
                && window < session.limits().maxWindow()) {
            int grown = Math.min(2 * window, session.limits().maxWindow());
            consumed += grown - window;
            window = grown;
        }
        grantedAt = now;
        granted += consumed;
        session.writer().control(stream, Frame.WINDOW, FrameCodec.number(consumed));
        consumed = 0;
        return true;
    }

    @Override
    public long allowance() {
        return credit;
    }

    @Override
    public void take(int bytes) {
        credit -= bytes;
    }

    @Override
    public boolean isHeldBack() {
        return false; // nothing is taken without credit
    }

    @Override
    public boolean beforeEnd() {
        return false;
    }

    void add(long more) throws ProtocolException {
        if (more < 0 || more > Integer.MAX_VALUE || credit + more > Integer.MAX_VALUE) {
            throw new ProtocolException("credit of " + more + " bytes");
        }
        credit += more;
    }
}

package io.drover.wire;

import java.time.Duration;

/** With a plain remotedialer peer: a reader that holds too much asks for a pause, and later for the rest. */
final class PauseFlow implements FlowControl {

    /** Unread bytes above which the peer is asked to pause, and below which to resume. */
    static final int PAUSE_ABOVE = 2 * 1024 * 1024;

    static final int RESUME_BELOW = 256 * 1024;

    /** How soon a RESUME is said again, since a Go writer may miss one that comes just when it goes to sleep. */
    static final Duration AGAIN = Duration.ofMillis(250);

    /**
     * Go ends keep one flag for "I paused you" and "you paused me", so our RESUME makes them forget their own PAUSE,
     * also one that is on its way to us. A PAUSE this soon after our RESUME is obeyed for a moment only; a peer that
     * still means it says it again.
     */
    private static final Duration CROSSING = Duration.ofSeconds(1);

    private final Session session;
    private final long stream;

    private boolean pausedPeer;
    private boolean pausedByPeer;
    private boolean resumed;
    private long resumedAt;

    PauseFlow(Session session, long stream) {
        this.session = session;
        this.stream = stream;
    }

    @Override
    public boolean receive(int bytes, int unread) {
        if (unread + bytes > session.limits().streamBytes()) {
            return false;
        }
        if (!pausedPeer && unread + bytes > PAUSE_ABOVE) {
            pausedPeer = true;
            session.writer().control(stream, Frame.PAUSE);
        }
        return true;
    }

    @Override
    public boolean consume(int bytes, int unread, boolean moreExpected) {
        if (!pausedPeer || unread >= RESUME_BELOW) {
            return false;
        }
        pausedPeer = false;
        if (moreExpected) {
            session.writer().control(stream, Frame.RESUME);
            resumed = true;
            resumedAt = session.nanoTime();
            pausedByPeer = false;
        }
        return true;
    }

    @Override
    public long allowance() {
        return Long.MAX_VALUE;
    }

    @Override
    public void take(int bytes) {
        // the peer says when it has had enough
    }

    @Override
    public boolean isHeldBack() {
        return pausedByPeer;
    }

    /** A Go writer that waits is woken by nothing but a RESUME. */
    @Override
    public boolean beforeEnd() {
        if (pausedPeer) {
            session.writer().control(stream, Frame.RESUME);
        }
        return pausedPeer;
    }

    /** Says RESUME again, if it is still meant. */
    void resumeAgain() {
        if (!pausedPeer) {
            session.writer().control(stream, Frame.RESUME);
        }
    }

    /** @return whether the peer may have forgotten that it asked */
    boolean paused() {
        pausedByPeer = true;
        return resumed && session.nanoTime() - resumedAt < CROSSING.toNanos();
    }

    void resumed() {
        pausedByPeer = false;
        if (pausedPeer) {
            session.writer().control(stream, Frame.PAUSE); // Go ends forget our PAUSE when they end their own
        }
    }
}

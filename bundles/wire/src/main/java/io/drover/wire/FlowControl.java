package io.drover.wire;

/**
 * What keeps the two ends of a stream from sending more than the other wants to hold. All methods are called under the stream's lock;
 * they only queue messages, and their callers have the session send them.
 */
sealed interface FlowControl permits CreditFlow, PauseFlow {

    /**
     * Bytes arrive.
     *
     * @param unread how many wait to be read, without the new ones
     * @return whether the peer was allowed to send them
     */
    boolean receive(int bytes, int unread);

    /**
     * Bytes were read.
     *
     * @param unread how many still wait to be read
     * @param moreExpected whether the peer may send more
     * @return whether the peer is told something
     */
    boolean consume(int bytes, int unread, boolean moreExpected);

    /** How many bytes the peer still takes. */
    long allowance();

    /** Bytes were taken from the stream's user, to be sent. */
    void take(int bytes);

    /** Whether what was taken has to wait. */
    boolean isHeldBack();

    /** Says what a peer has to hear before the stream's end. */
    boolean beforeEnd();
}

package io.drover.wire;

/**
 * How much a session may hold.
 *
 * @param window bytes a peer of ours may send on a new stream before the reader has taken any; announced by {@link
 *     Extension}
 * @param maxWindow bytes up to which a stream's window grows while the path is longer than the window
 * @param streamBytes unread bytes at which a stream fails whose peer knows no windows and ignores PAUSE
 * @param streams streams at a time
 */
public record Limits(int window, int maxWindow, int streamBytes, int streams) {

    public static final Limits DEFAULT = new Limits(256 * 1024, 1024 * 1024, 8 * 1024 * 1024, 16_384);

    public Limits {
        if (window > maxWindow || streamBytes < PauseFlow.PAUSE_ABOVE || streams < 1) {
            throw new IllegalArgumentException("limits contradict each other");
        }
    }

    /** What to announce in the handshake so that the peer keeps to these limits. */
    public Extension extension() {
        return new Extension(window);
    }
}

package io.drover.wire;

import java.io.IOException;

/**
 * Told when a stream has become worth looking at. Calls come from any thread, perhaps two at once, perhaps without
 * need, perhaps before {@link Session#open} has returned; never under a lock. They must not block: they may run on the
 * thread that reads for all streams of the session.
 */
public interface StreamListener {

    /** The far side is connected; with a plain remotedialer peer, which never says so, at once. */
    default void onOpened(TunnelStream stream) {}

    /** After {@link TunnelStream#read} found nothing, there is something now, be it the end. */
    void onReadable(TunnelStream stream);

    /** After {@link TunnelStream#write} took less than it was offered, it takes more now, or throws. */
    void onWritable(TunnelStream stream);

    /**
     * The stream failed, called once: {@code write} throws from now on, {@code read} after the bytes that had arrived.
     *
     * @param failure a {@link DialException} if the far side was never reached
     */
    void onFailed(TunnelStream stream, IOException failure);
}

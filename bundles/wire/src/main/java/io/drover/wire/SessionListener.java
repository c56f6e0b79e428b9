package io.drover.wire;

import java.io.IOException;

/** Told what becomes of a session. Calls must not block. */
public interface SessionListener {

    /** The peer opens no more streams and wants none: find another session. This one ends with its last stream. */
    default void onGoAway(String reason) {}

    /** The session is over; called once, after its streams were failed. */
    void onClosed(IOException reason);
}

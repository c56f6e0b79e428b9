package io.drover.api.socket;

import io.drover.api.auth.Question;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** One WebSocket as its server sees it. What the other side says is read and dropped. Calls come one at a time and return at once. */
@ConsumerType
public interface SocketSession {

    /** What the caller must be allowed to for as long as it lasts, besides having a good token. */
    default Optional<Question> right() {
        return Optional.empty();
    }

    /** The WebSocket is open. */
    void opened(SocketPeer peer);

    /** It is over, in whatever way; called once, also for one that was never opened. */
    void closed();
}

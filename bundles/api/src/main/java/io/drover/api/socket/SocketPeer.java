package io.drover.api.socket;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The other side of a WebSocket. Never blocks; any thread. */
@ProviderType
public interface SocketPeer {

    /**
     * Sends a text message.
     *
     * @return completes once it is on its way, and only then may the next be sent; fails when the socket is over
     */
    CompletionStage<Void> send(String text);

    /**
     * Says why, and ends the WebSocket within a second, also when the other side does not listen.
     *
     * @param code as RFC 6455 has them: 1008 for who may not, 1013 for who shall come back later
     * @param reason cut after 123 bytes
     */
    void close(int code, String reason);
}

package io.drover.api.socket;

import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/** Answers WebSockets at paths of its own: an OSGi service. Requests for the same paths that want no WebSocket go to servlets. */
@ConsumerType
public interface SocketRoute {

    /**
     * Whether a WebSocket there is this route's. Answers from memory; any thread.
     *
     * @param path canonical, without the query
     */
    boolean serves(String path);

    /**
     * Makes ready what a caller wants; the connection is upgraded after it. May block as a servlet may; any thread.
     *
     * @throws io.drover.api.DroverException answered in its place, in the error format of {@code /v3}
     */
    SocketSession open(Opening opening);

    /**
     * Who wants what.
     *
     * @param caller as he is when asked: his groups may change as long as the socket is open
     * @param query raw; empty if there is none
     * @param headers all values of a header, by its name in any case
     */
    record Opening(
            Supplier<Caller> caller,
            String path,
            String query,
            Function<String, List<String>> headers,
            AuditedCall audited) {}
}

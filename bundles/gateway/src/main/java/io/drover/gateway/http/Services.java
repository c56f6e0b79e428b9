package io.drover.gateway.http;

import io.drover.api.audit.AuditTrail;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.api.plane.PlaneServer;
import io.drover.api.socket.SocketRoute;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/** Other bundles' services as they are at this moment; any thread. */
public interface Services {

    /** Empty while nothing can be recorded, and so nothing may be done. */
    Optional<AuditTrail> audit();

    Optional<Callers> callers();

    Optional<Authorizer> authorizer();

    /** Empty where the management plane is another cluster. */
    Optional<PlaneServer> planeServer();

    /** Empty where the management plane is embedded. */
    Optional<PlaneEndpoint> planeEndpoint();

    /** What answers WebSockets, besides agents' tunnels and clusters. */
    List<SocketRoute> sockets();

    /** Whether another process over the same management plane sent a request, in the name that its headers say. */
    boolean isSentByPeer(HttpFields headers);

    /** Whether a bundle lets this path answer without an identity. */
    boolean isPublic(String method, String canonicalPath);
}

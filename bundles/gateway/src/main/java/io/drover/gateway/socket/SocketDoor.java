package io.drover.gateway.socket;

import io.drover.api.DroverException;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.socket.SocketRoute;
import io.drover.api.socket.SocketSession;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/** Upgrades connections for the {@link SocketRoute}s of other bundles. */
public final class SocketDoor {

    private final Services services;
    private final WebSocketMappings handshaker = new WebSocketMappings(new WebSocketComponents());

    public SocketDoor(Services services) {
        this.services = services;
    }

    /** The route that a request wants a WebSocket of; empty if it wants none. */
    public Optional<SocketRoute> route(Request request, String canonicalPath) {
        String wanted = request.getHeaders().get(HttpHeader.UPGRADE);
        if (canonicalPath == null || !"websocket".equalsIgnoreCase(wanted)) {
            return Optional.empty();
        }
        return services.sockets().stream()
                .filter(route -> route.serves(canonicalPath))
                .findFirst();
    }

    /** May block. */
    public void open(SocketRoute route, Caller caller, Request request, Response response, Callback callback) {
        Optional<Callers> callers = services.callers();
        if (callers.isEmpty()) {
            Replies.error(response, callback, 503, "nobody can be identified just now");
            return;
        }
        SocketSession session;
        try {
            session = route.open(opening(callers.get(), caller, request));
        } catch (DroverException e) {
            Replies.error(response, callback, e.fault().httpStatus(), e.getMessage());
            return;
        }
        var conversation = new Conversation(session, caller, callers.get(), request);
        boolean upgraded = false;
        try {
            upgraded = handshaker.upgrade(new Negotiator(conversation), request, response, callback, null);
            if (!upgraded) {
                Replies.error(response, callback, 400, "a WebSocket handshake was expected");
            }
        } catch (RuntimeException e) {
            Replies.error(response, callback, 400, String.valueOf(e.getMessage()));
        } finally {
            if (!upgraded) {
                session.closed();
            }
        }
    }

    private static SocketRoute.Opening opening(Callers callers, Caller caller, Request request) {
        HttpFields headers = request.getHeaders();
        String query = request.getHttpURI().getQuery();
        return new SocketRoute.Opening(
                () -> callers.current(caller),
                request.getHttpURI().getCanonicalPath(),
                query == null ? "" : query,
                headers::getValuesList,
                Audited.of(request));
    }

    private record Negotiator(Conversation conversation) implements WebSocketNegotiator {

        @Override
        public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            response.setExtensions(List.of());
            return conversation;
        }

        @Override
        public void customize(Configuration socket) {
            Conversation.configure(socket);
        }
    }
}

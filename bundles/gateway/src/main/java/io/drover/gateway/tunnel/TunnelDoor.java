package io.drover.gateway.tunnel;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.plane.ManagementPlane;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.Replies;
import io.drover.gateway.listener.FrontDoor;
import io.drover.wire.Carrier;
import io.drover.wire.Extension;
import io.drover.wire.Session;
import io.drover.wire.SessionListener;
import io.drover.wire.StreamAcceptor;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v3/connect} and {@code /v3/connect/register}: agents dial in. */
public final class TunnelDoor implements FrontDoor.TunnelRoute, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TunnelDoor.class);
    private static final String TOKEN = "X-API-Tunnel-Token";
    private static final String PARAMETERS = "X-API-Tunnel-Params";

    /** Handshakes looked at in the same moment: after a restart all agents come at once, and each may have to store something. */
    private static final int AT_ONCE = 16;

    private final Registrations registrations;
    private final Tunnels tunnels;
    private final ClusterIdentity identities;
    private final Session.Runtime runtime;
    private final ScheduledExecutorService timer;
    private final Executor threads;
    private final WebSocketMappings handshaker = new WebSocketMappings(new WebSocketComponents());
    private final Semaphore room = new Semaphore(AT_ONCE);

    public TunnelDoor(
            ManagementPlane plane,
            Credentials credentials,
            Tunnels tunnels,
            ClusterIdentity identities,
            Session.Runtime runtime,
            ScheduledExecutorService timer,
            Executor threads) {
        this.registrations = new Registrations(plane, credentials, tunnels);
        this.tunnels = tunnels;
        this.identities = identities;
        this.runtime = runtime;
        this.timer = timer;
        this.threads = threads;
    }

    @Override
    public void handle(Request request, Response response, Callback callback) {
        if (!room.tryAcquire()) {
            Replies.text(response, callback, 503, "too many agents are connecting at once");
            return;
        }
        Registrations.Admitted admitted;
        try {
            admitted = registrations.admit(
                    request.getHeaders().get(TOKEN), request.getHeaders().get(PARAMETERS));
        } catch (DroverException e) {
            log.info("Agent refused: from={} reason={}", Request.getRemoteAddr(request), e.getMessage());
            Replies.text(response, callback, status(e.fault()), e.getMessage());
            return;
        } finally {
            room.release();
        }
        String key = admitted.clusterId();
        try {
            AuditedCall audited = Audited.of(request);
            audited.caller(new Caller("system:agent:" + key, List.of(), Map.of(), Optional.empty()));
            audited.cluster(key.replaceFirst(":.*$", ""));
            var upgrade = new AgentConnection.Upgrade(request);
            var negotiator = new Negotiator(admitted, upgrade, audited);
            if (!handshaker.upgrade(negotiator, upgrade, response, callback, null)) {
                Replies.text(response, callback, 400, "this is for agents: a WebSocket handshake was expected");
            }
        } catch (RuntimeException e) {
            log.info("Agent refused: from={} reason={}", Request.getRemoteAddr(request), e.getMessage());
            Replies.text(response, callback, 400, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws Exception {
        tunnels.closeAll("the server is stopping");
        registrations.close();
    }

    private static int status(Fault fault) {
        return switch (fault) {
            case UNAUTHENTICATED -> 401;
            case UNAVAILABLE -> 503;
            default -> 400;
        };
    }

    private final class Negotiator implements WebSocketNegotiator {

        private final Registrations.Admitted admitted;
        private final AgentConnection.Upgrade upgrade;
        private final AuditedCall audited;

        Negotiator(Registrations.Admitted admitted, AgentConnection.Upgrade upgrade, AuditedCall audited) {
            this.admitted = admitted;
            this.upgrade = upgrade;
            this.audited = audited;
        }

        @Override
        public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            Optional<Extension> extension = Extension.parse(request.getHeaders().get(Extension.HEADER));
            if (extension.isPresent()) {
                response.getHeaders()
                        .put(Extension.HEADER, runtime.limits().extension().header());
            }
            response.setExtensions(List.of());
            var carrier = new WebSocketCarrier(opened -> open(opened, extension), timer);
            upgrade.carrier(carrier);
            return carrier;
        }

        @Override
        public void customize(Configuration configurable) {
            WebSocketCarrier.configure(configurable);
            upgrade.session((WebSocketCoreSession) configurable);
        }

        private Session open(Carrier carrier, Optional<Extension> extension) {
            String key = admitted.clusterId();
            var registered = new Registered(audited);
            var session =
                    new Session(key, carrier, Session.Role.SERVER, extension, runtime, StreamAcceptor.NONE, registered);
            registered.tunnel = new Tunnels.Tunnel(key, session, Request.getRemoteAddr(upgrade), Instant.now());
            admitted.unproved()
                    .ifPresentOrElse(
                            registration -> threads.execute(() -> prove(registered, registration)),
                            () -> registered.add());
            return session;
        }
    }

    /** Uses the tunnel for one question to the cluster, and for everything else once the answer was right. */
    private void prove(Registered registered, Registration registration) {
        String key = registered.tunnel.key();
        identities
                .ask(Tunnels.of(registered.tunnel), key, registration)
                .whenCompleteAsync(
                        (identity, failure) -> {
                            try {
                                if (failure != null) {
                                    throw DroverException.unavailable(
                                            "the cluster's certificates have changed, and it can't be asked"
                                                    + " whether it is still the same: " + failure.getMessage());
                                }
                                registrations.prove(key, registration, identity);
                                registered.add();
                            } catch (RuntimeException e) {
                                log.info(
                                        "Agent refused: key={} from={} reason={}",
                                        key,
                                        registered.tunnel.remoteAddress(),
                                        e.getMessage());
                                registered.tunnel.session().close(e.getMessage());
                            }
                        },
                        threads);
    }

    private final class Registered implements SessionListener {

        private final AuditedCall audited;
        private volatile Tunnels.Tunnel tunnel;
        private boolean added;
        private boolean closed;

        Registered(AuditedCall audited) {
            this.audited = audited;
        }

        /** Makes it one of the cluster's tunnels, unless it is over already. */
        synchronized void add() {
            if (!closed) {
                added = true;
                tunnels.add(tunnel);
            }
        }

        private synchronized boolean end() {
            closed = true;
            return added;
        }

        @Override
        public void onGoAway(String reason) {
            log.info("Agent is going away: key={} reason={}", tunnel.key(), reason);
        }

        @Override
        public void onClosed(IOException reason) {
            if (end()) {
                tunnels.remove(tunnel, String.valueOf(reason.getMessage()));
            }
            audited.ended(HttpStatus.SWITCHING_PROTOCOLS_101);
        }
    }
}

package io.drover.gateway.listener;

import io.drover.api.DroverException;
import io.drover.api.audit.AuditTrail;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Decision;
import io.drover.api.socket.SocketRoute;
import io.drover.gateway.http.BoundedBody;
import io.drover.gateway.http.ClusterPath;
import io.drover.gateway.http.Discard;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import io.drover.gateway.socket.SocketDoor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes first: who is it, is it small enough, and where does it belong. What no bundle has declared public is
 * refused here without an identity.
 */
public final class FrontDoor extends Handler.Wrapper {

    /** Requests to a cluster, or to the management plane's own API; must not block. */
    public interface ClusterRoute {
        void handle(Request request, Response response, Callback callback, Caller caller, ClusterPath path);
    }

    /** Agents that dial in; may block. */
    public interface TunnelRoute {
        void handle(Request request, Response response, Callback callback);
    }

    private static final Logger log = LoggerFactory.getLogger(FrontDoor.class);
    private static final Set<String> PROBES = Set.of("/ping", "/healthz", "/readyz");
    private static final String KUBERNETES = "/k8s/";
    private static final String AUTHENTICATED = "X-API-Cattle-Auth";
    private static final Pattern CONTROL_CHARACTER = Pattern.compile("%([01][0-9A-Fa-f]|7[Ff])");
    private static final String UNAUTHENTICATED = "Unauthorized 401: must authenticate";
    private static final int MAX_WAITING = 1_000;
    private static final long ANONYMOUS_BODY = 1 << 20;
    private static final long SERVLET_BODY = 16 << 20;
    private static final Duration ANONYMOUS_PATIENCE = Duration.ofSeconds(60);
    private static final Duration SERVLET_PATIENCE = Duration.ofMinutes(10);

    private final Services services;
    private final Readiness readiness;
    private final TunnelRoute tunnels;
    private final ClusterRoute clusters;
    private final SocketDoor sockets;
    private QueuedThreadPool threads;

    /** What is not the core's goes to the handler that this one wraps. */
    public FrontDoor(Services services, Readiness readiness, TunnelRoute tunnels, ClusterRoute clusters) {
        this.services = services;
        this.readiness = readiness;
        this.tunnels = tunnels;
        this.clusters = clusters;
        this.sockets = new SocketDoor(services);
    }

    @Override
    protected void doStart() throws Exception {
        threads = (QueuedThreadPool) getServer().getThreadPool();
        super.doStart();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        secure(response.getHeaders());
        RequestHead head = head(request);
        if (PROBES.contains(head.path())) {
            probe(request, response, callback, head);
            return true;
        }
        Optional<AuditTrail> audit = services.audit();
        if (audit.isEmpty()) {
            Replies.failure(request, response, callback, 503, "Drover is starting: nothing can be recorded yet");
            return true;
        }
        Recording recording;
        try {
            recording = Recording.begin(audit.get(), head, request, response);
        } catch (DroverException e) {
            Replies.failure(request, response, callback, e.fault().httpStatus(), e.getMessage());
            return true;
        }
        recorded(recording.request(), recording.response(), callback, recording.call(), head);
        return true;
    }

    private void probe(Request request, Response response, Callback callback, RequestHead head) {
        if (!HttpMethod.GET.is(head.method()) && !HttpMethod.HEAD.is(head.method())) {
            Replies.failure(request, response, callback, 405, head.path() + " is only to be asked by GET");
            return;
        }
        switch (head.path()) {
            case "/ping" -> Replies.text(response, callback, 200, "pong");
            case "/healthz" -> Replies.text(response, callback, 200, "ok");
            default -> readyz(response, callback);
        }
    }

    private void recorded(Request request, Response response, Callback callback, AuditedCall call, RequestHead head) {
        String method = head.method();
        if (HttpMethod.CONNECT.is(method) || HttpMethod.TRACE.is(method)) {
            Replies.failure(request, response, callback, 405, method + " is not served here");
            return;
        }
        switch (head.path()) {
            case "/v3/connect", "/v3/connect/register" -> mayBlock(
                    request, response, callback, () -> tunnels.handle(request, response, callback));
            case "/v3/connect/config" -> Replies.text(
                    response, callback, 404, "node agents are not served by this version");
            default -> identified(request, response, callback, call, head, true);
        }
    }

    /**
     * What may block is given to the pool by {@link #mayBlock}. Left to Jetty, the first request on an HTTP/2 connection would hold the
     * thread that reads from all others.
     */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** @param again whether somebody who is not known may be asked for once more */
    private void identified(
            Request request, Response response, Callback callback, AuditedCall call, RequestHead head, boolean again) {
        Optional<Callers> callers = services.callers();
        if (callers.isEmpty()) {
            Replies.failure(request, response, callback, 503, "Drover is starting: nobody can be identified yet");
            return;
        }
        boolean ofPeer = head.path().startsWith(KUBERNETES) && services.isSentByPeer(request.getHeaders());
        Identity identity =
                ofPeer ? new Identity.Known(Caller.SYSTEM) : callers.get().identify(head);
        if (again && identity instanceof Identity.Refused) {
            Optional<CompletionStage<Void>> soon = callers.get().soon(head);
            if (soon.isPresent()) {
                soon.get()
                        .whenComplete((known, failure) -> mayBlock(
                                request,
                                response,
                                callback,
                                () -> identified(request, response, callback, call, head, false)));
                return;
            }
        }
        Caller caller = identity instanceof Identity.Known known ? known.caller() : null;
        response.getHeaders().put(AUTHENTICATED, caller != null ? "true" : "false");
        if (caller != null) {
            request.setAttribute(Caller.ATTRIBUTE, caller);
            call.caller(caller);
        }
        if (identity instanceof Identity.Refused refused) {
            call.decided(new Decision(false, refused.reason()));
        }
        if (identity instanceof Identity.Forbidden forbidden) {
            call.decided(new Decision(false, forbidden.reason()));
            Replies.failure(request, response, callback, 403, forbidden.reason());
        } else if (head.path().startsWith(KUBERNETES)) {
            kubernetes(request, response, callback, identity, head.path());
        } else {
            socketOrServlet(request, response, callback, identity);
        }
    }

    private void kubernetes(Request request, Response response, Callback callback, Identity identity, String path) {
        if (!(identity instanceof Identity.Known known)) {
            String why = identity instanceof Identity.Refused refused ? ": " + refused.reason() : "";
            Replies.status(response, callback, 401, "must authenticate" + why);
            return;
        }
        ClusterPath.parse(path)
                .ifPresentOrElse(
                        target -> clusters.handle(request, response, callback, known.caller(), target),
                        () -> Replies.status(
                                response,
                                callback,
                                400,
                                "the path is not /k8s/clusters/{id}/…, or can be read in two ways"));
    }

    private void socketOrServlet(Request request, Response response, Callback callback, Identity identity) {
        HttpURI uri = request.getHttpURI();
        if (uri.hasViolations() && uri.getViolations().stream().anyMatch(violation -> isAmbiguous(violation, uri))) {
            Replies.failure(request, response, callback, 400, "the path is ambiguous");
            return;
        }
        if (identity instanceof Identity.Known known) {
            Optional<SocketRoute> socket = sockets.route(request, uri.getCanonicalPath());
            if (socket.isPresent()) {
                mayBlock(
                        request,
                        response,
                        callback,
                        () -> sockets.open(socket.get(), known.caller(), request, response, callback));
                return;
            }
        }
        servlet(request, response, callback, identity instanceof Identity.Known);
    }

    private void servlet(Request request, Response response, Callback callback, boolean known) {
        HttpURI uri = request.getHttpURI();
        if (!known && !services.isPublic(request.getMethod(), uri.getCanonicalPath())) {
            Replies.error(response, callback, 401, UNAUTHENTICATED);
            return;
        }
        long limit = known ? SERVLET_BODY : ANONYMOUS_BODY;
        if (request.getLength() > limit) {
            Discard.refuse(request, response, callback, 413, "the body is longer than " + limit + " bytes");
            return;
        }
        var bounded = new BoundedBody(request, limit, known ? SERVLET_PATIENCE : ANONYMOUS_PATIENCE);
        Response answer = bounded.answer(response);
        mayBlock(request, response, callback, () -> {
            if (!super.handle(bounded, answer, callback)) {
                Replies.error(response, callback, 404, "not found");
            }
        });
    }

    /** Work on the pool's threads, away from those that read from all connections. */
    private interface Work {
        void run() throws Exception;
    }

    private void mayBlock(Request request, Response response, Callback callback, Work work) {
        if (threads.getQueueSize() > MAX_WAITING) {
            Replies.failure(request, response, callback, 503, "too many requests are waiting");
            return;
        }
        threads.execute(() -> {
            try {
                work.run();
            } catch (Exception e) {
                log.error(
                        "A request failed: method={} path={}",
                        request.getMethod(),
                        request.getHttpURI().getPath(),
                        e);
                Response.writeError(request, response, callback, 500);
            }
        });
    }

    private void readyz(Response response, Callback callback) {
        Optional<String> missing = readiness.missing();
        Replies.text(response, callback, missing.isEmpty() ? 200 : 503, missing.orElse("ok"));
    }

    /** A principal's id is a URI, so there is a slash in it, and a directory puts backslashes before commas in names. */
    private static boolean isAmbiguous(UriCompliance.Violation violation, HttpURI uri) {
        boolean ofPrincipal = uri.getPath().startsWith("/v3/principals/");
        return switch (violation) {
            case AMBIGUOUS_EMPTY_SEGMENT -> false;
            case AMBIGUOUS_PATH_SEPARATOR, AMBIGUOUS_PATH_ENCODING -> !ofPrincipal;
            case SUSPICIOUS_PATH_CHARACTERS -> !ofPrincipal
                    || CONTROL_CHARACTER.matcher(uri.getPath()).find();
            default -> true;
        };
    }

    private static RequestHead head(Request request) {
        HttpFields headers = request.getHeaders();
        HttpURI uri = request.getHttpURI();
        return new RequestHead(
                request.getMethod(),
                uri.getPath() == null ? "" : uri.getPath(),
                uri.getQuery() == null ? "" : uri.getQuery(),
                name -> values(name, headers, uri),
                Request.getRemoteAddr(request));
    }

    /** A host that HTTP/2 tells beside the headers is one of them to whoever asks. */
    private static List<String> values(String name, HttpFields headers, HttpURI uri) {
        boolean toldApart =
                HttpHeader.HOST.is(name) && !headers.contains(HttpHeader.HOST) && uri.getAuthority() != null;
        return toldApart ? List.of(uri.getAuthority()) : headers.getValuesList(name);
    }

    private static void secure(HttpFields.Mutable headers) {
        headers.put(AUTHENTICATED, "false");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "SAMEORIGIN");
        headers.put("Referrer-Policy", "same-origin");
    }
}

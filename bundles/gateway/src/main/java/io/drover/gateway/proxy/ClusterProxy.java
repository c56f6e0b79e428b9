package io.drover.gateway.proxy;

import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.ClusterPath;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import io.drover.gateway.transport.ClusterDirectory;
import io.drover.gateway.transport.ClusterHttp;
import io.drover.gateway.transport.ClusterTarget;
import io.drover.gateway.transport.Reachability;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Any request to a cluster's Kubernetes API, sent on as its caller. Decides from memory; nothing here waits. */
final class ClusterProxy {

    private final Services services;
    private final ClusterDirectory directory;
    private final Reachability reach;
    private final ClusterHttp http;
    private final AnswerTimes answerTimes;

    ClusterProxy(Services services, ClusterDirectory directory, Reachability reach, ClusterHttp http) {
        this.services = services;
        this.directory = directory;
        this.reach = reach;
        this.http = http;
        this.answerTimes = new AnswerTimes(http.client().getScheduler());
    }

    /**
     * @param caller whose token it is, and who must be allowed into the cluster
     * @param acting as whom the request is made there
     */
    void handle(Request request, Response response, Callback callback, Caller caller, Caller acting, ClusterPath path) {
        String id = path.clusterId();
        if (!directory.exists(id)) {
            Replies.status(response, callback, 404, directory.problem(id));
            return;
        }
        Optional<Authorizer> authorizer = services.authorizer();
        if (authorizer.isEmpty()) {
            Replies.status(response, callback, 503, "Drover is starting: nobody's rights are known yet");
            return;
        }
        Question enter = Question.enterCluster(id);
        Decision decision = authorizer.get().decide(caller, enter);
        Audited.of(request).decided(decision);
        if (!decision.allowed()) {
            Replies.status(
                    response, callback, 403, "not allowed to enter cluster \"" + id + "\": " + decision.reason());
            return;
        }
        Optional<ClusterTarget> target = reach.way(id, caller.isSystem());
        if (target.isEmpty()) {
            String reason = reach.of(id).reason();
            if (reach.isExpected(id)) {
                Replies.status(response, callback, 503, reason);
            } else {
                Replies.finalStatus(response, callback, 503, reason);
            }
            return;
        }
        pass(request, response, callback, caller, acting, path, target.get(), Optional.of(enter));
    }

    /**
     * Sends a request on that may be.
     *
     * @param right what the caller must be allowed to for as long as it lasts, besides having a good token
     */
    void pass(
            Request request,
            Response response,
            Callback callback,
            Caller caller,
            Caller acting,
            ClusterPath path,
            ClusterTarget target,
            Optional<Question> right) {
        if (isUpgrade(request)) {
            mayBeSilent(request);
            upgrade(request, response, callback, caller, acting, path, target, right);
        } else {
            RequestBody.whenBegun(request, body -> {
                mayBeSilent(request);
                forward(request, body, response, callback, caller, acting, path, target, right);
            });
        }
    }

    /** Watches and logs may say nothing for hours. */
    private static void mayBeSilent(Request request) {
        request.addIdleTimeoutListener(timeout -> false);
    }

    private void forward(
            Request request,
            Optional<RequestBody> body,
            Response response,
            Callback callback,
            Caller caller,
            Caller acting,
            ClusterPath path,
            ClusterTarget target,
            Optional<Question> right) {
        var upstream = upstream(request, acting, path, target, false);
        body.ifPresent(upstream::body);
        var exchange = new Exchange(target, upstream, response, callback, answerTimes, waitsLong(request));
        request.addFailureListener(exchange::abort);
        whileAllowed(caller, right, exchange::abort).ifPresent(exchange::onOver);
        exchange.send();
    }

    private void upgrade(
            Request request,
            Response response,
            Callback callback,
            Caller caller,
            Caller acting,
            ClusterPath path,
            ClusterTarget target,
            Optional<Question> right) {
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1) {
            Replies.status(response, callback, 400, "connections are upgraded over HTTP/1.1 only");
            return;
        }
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            Replies.status(response, callback, 400, "a request that upgrades its connection has no body");
            return;
        }
        String protocol = request.getHeaders().get(HttpHeader.UPGRADE);
        var upstream = upstream(request, acting, path, target, "websocket".equalsIgnoreCase(protocol))
                .version(HttpVersion.HTTP_1_1)
                .headers(headers -> headers.put(HttpHeader.UPGRADE, protocol).put(HttpHeader.CONNECTION, "Upgrade"));
        var exchange = new Exchange(target, upstream, response, callback, answerTimes, false);
        var splice = new Splice(request, response, callback, exchange);
        request.addFailureListener(exchange::abort);
        Consumer<Throwable> end = failure -> {
            if (!splice.isBegun()) {
                exchange.abort(failure);
            }
            splice.close(failure);
        };
        whileAllowed(caller, right, end).ifPresent(standing -> {
            exchange.onOver(() -> {
                if (!splice.isBegun()) {
                    standing.run();
                }
            });
            splice.onOver(standing);
        });
        AuditedCall audited = Audited.of(request);
        splice.onOver(() -> audited.ended(HttpStatus.SWITCHING_PROTOCOLS_101));
        splice.prepare(upstream);
        exchange.send();
    }

    private org.eclipse.jetty.client.Request upstream(
            Request request, Caller acting, ClusterPath path, ClusterTarget target, boolean webSocket) {
        String query = request.getHttpURI().getQuery();
        String pathAndQuery = query == null ? path.path() : path.path() + "?" + query;
        return http.request(target, request.getMethod(), pathAndQuery).headers(headers -> {
            Headers.copy(request.getHeaders(), headers, leadsToApplication(path.path()), webSocket);
            Headers.forwarded(request, headers);
            Headers.identify(headers, acting);
            headers.put(AuditedCall.HEADER, Audited.of(request).id());
        });
    }

    /** Has {@code end} called when the caller loses his token or that right; answers what takes that back. */
    private Optional<Runnable> whileAllowed(Caller caller, Optional<Question> right, Consumer<Throwable> end) {
        return services.callers().map(callers -> {
            Callers.Standing standing = callers.whileAllowed(
                    caller, right, () -> end.accept(new SecurityException("the caller may no longer do this")));
            return standing::close;
        });
    }

    private static boolean isUpgrade(Request request) {
        HttpField connection = request.getHeaders().getField(HttpHeader.CONNECTION);
        return connection != null
                && request.getHeaders().contains(HttpHeader.UPGRADE)
                && request.getHeaders().getCSV(HttpHeader.CONNECTION, false).stream()
                        .anyMatch(HttpHeaderValue.UPGRADE::is);
    }

    /** Watches and followed logs begin to answer when there is something to say. */
    private static boolean waitsLong(Request request) {
        String query = request.getHttpURI().getQuery();
        return query != null && (query.contains("watch=") || query.contains("follow="));
    }

    /** The API server's own proxy to services, pods and nodes: {@code /api/v1/namespaces/x/services/y/proxy/…}. */
    private static boolean leadsToApplication(String path) {
        return path.startsWith("/api/v1/") && (path.contains("/proxy/") || path.endsWith("/proxy"));
    }
}

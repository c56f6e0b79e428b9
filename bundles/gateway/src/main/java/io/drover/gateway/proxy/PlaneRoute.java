package io.drover.gateway.proxy;

import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.plane.PlaneServer;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.BoundedBody;
import io.drover.gateway.http.ClusterPath;
import io.drover.gateway.http.Discard;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** {@code /k8s/clusters/local/…}: the embedded management plane's own API. */
final class PlaneRoute {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Services services;

    PlaneRoute(Services services) {
        this.services = services;
    }

    void handle(Request request, Response response, Callback callback, Caller caller, ClusterPath path) {
        Optional<PlaneServer> plane = services.planeServer();
        if (plane.isEmpty()) {
            Replies.status(response, callback, 503, "the management plane is not served here at the moment");
            return;
        }
        if (request.getLength() > PlaneServer.MAX_BODY_BYTES) {
            tooLong(request, response, callback);
            return;
        }
        request.addIdleTimeoutListener(timeout -> false);
        var body = new BoundedBody(request, PlaneServer.MAX_BODY_BYTES, PATIENCE);
        Content.Source.asByteBuffer(body, new Promise<>() {
            @Override
            public void succeeded(ByteBuffer bytes) {
                answer(plane.get(), call(request, path, bytes, caller), request, response, callback);
            }

            @Override
            public void failed(Throwable failure) {
                if (failure instanceof HttpException http && http.getCode() == 413) {
                    tooLong(request, response, callback);
                } else {
                    callback.failed(failure);
                }
            }
        });
    }

    private void answer(
            PlaneServer plane, PlaneServer.Call call, Request request, Response response, Callback callback) {
        boolean watch = call.query().contains("watch") || call.path().contains("/watch/");
        PlaneAnswer reply = watch && WatchSocket.isAskedForBy(request)
                ? new WatchSocket(request, response, callback)
                : new PlaneReply(request, response, callback);
        if (watch) {
            services.callers().ifPresent(callers -> {
                Callers.Standing standing = callers.whileAllowed(
                        call.caller(),
                        Optional.empty(),
                        () -> reply.abort(new IllegalStateException("the caller's token is no longer good")));
                reply.onOver(standing::close);
            });
        }
        try {
            plane.handle(call, reply);
        } catch (RuntimeException e) {
            reply.abort(e);
        }
    }

    private static PlaneServer.Call call(Request request, ClusterPath path, ByteBuffer body, Caller caller) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (HttpField field : request.getHeaders()) {
            if (!Impersonation.isHeader(field)) {
                headers.merge(
                        field.getLowerCaseName(),
                        List.of(field.getValue() == null ? "" : field.getValue()),
                        (before, more) ->
                                Stream.concat(before.stream(), more.stream()).toList());
            }
        }
        headers.put("audit-id", List.of(Audited.of(request).id()));
        String query = request.getHttpURI().getQuery();
        return new PlaneServer.Call(
                request.getMethod(),
                path.path(),
                query == null ? "" : query,
                headers,
                body == null ? BufferUtil.EMPTY_BUFFER : body,
                caller,
                Request.getRemoteAddr(request));
    }

    private static void tooLong(Request request, Response response, Callback callback) {
        String message = "the body is longer than " + PlaneServer.MAX_BODY_BYTES + " bytes";
        Discard.refuse(request, response, callback, 413, message);
    }
}

package io.drover.gateway.client;

import io.drover.gateway.transport.ClusterHttp;
import io.drover.gateway.transport.ClusterTarget;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.ByteArrayBodyContent;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.InputStreamBodyContent;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.StringBodyContent;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;

/** HTTP for the Kubernetes client over {@link ClusterHttp}: one cluster, wherever it is at the moment of the request. */
final class ClusterClientHttp implements HttpClient.Factory {

    /** Where the cluster is now. */
    interface Place {
        /** @throws IOException if it can't be reached, with the reason */
        ClusterTarget now() throws IOException;
    }

    private final Place place;
    private final ClusterHttp http;
    private final Executor executor;

    ClusterClientHttp(Place place, ClusterHttp http, Executor executor) {
        this.place = place;
        this.http = http;
        this.executor = executor;
    }

    @Override
    public HttpClient.Builder newBuilder() {
        return new Builder(this);
    }

    static final class Builder extends StandardHttpClientBuilder<Client, ClusterClientHttp, Builder> {
        Builder(ClusterClientHttp factory) {
            super(factory);
        }

        @Override
        public Client build() {
            return new Client(this, client == null ? new AtomicBoolean() : client.getClosed());
        }

        @Override
        protected Builder newInstance(ClusterClientHttp factory) {
            return new Builder(factory);
        }
    }

    static final class Client extends StandardHttpClient<Client, ClusterClientHttp, Builder> {

        private final ClusterClientHttp factory;

        Client(ClusterClientHttp.Builder builder, AtomicBoolean closed) {
            super(builder, closed);
            this.factory = builder.getClientFactory();
        }

        @Override
        public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
                StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            try {
                Request upstream = factory.request(request);
                var answer = new ClientAnswer(request, upstream, consumer, factory.executor);
                upstream.send(answer);
                return answer.response();
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
                StandardWebSocketBuilder request, WebSocket.Listener listener) {
            return CompletableFuture.failedFuture(
                    new IOException("WebSockets to a cluster go through /k8s/clusters, not through this client"));
        }

        @Override
        public void doClose() {
            // The connections are shared.
        }
    }

    private Request request(StandardHttpRequest request) throws IOException {
        URI uri = request.uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String pathAndQuery = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        Request upstream = http.request(place.now(), request.method(), pathAndQuery)
                .headers(headers ->
                        request.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value))));
        if (!request.isForStreaming()
                && request.getTimeout() != null
                && !request.getTimeout().isZero()) {
            upstream.timeout(request.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
        if (request.body() instanceof StringBodyContent text) {
            upstream.body(new StringRequestContent(request.getContentType(), text.getContent()));
        } else if (request.body() instanceof ByteArrayBodyContent bytes) {
            upstream.body(new BytesRequestContent(request.getContentType(), bytes.getContent()));
        } else if (request.body() instanceof InputStreamBodyContent stream) {
            upstream.body(new InputStreamRequestContent(request.getContentType(), stream.getContent()));
        }
        return upstream;
    }
}

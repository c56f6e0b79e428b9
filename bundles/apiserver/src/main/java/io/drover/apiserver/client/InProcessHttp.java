package io.drover.apiserver.client;

import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.PlaneServer.Call;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** HTTP for the Kubernetes client without a network: requests are handed to the server as calls, with Drover's own rights. */
public final class InProcessHttp implements HttpClient.Factory {

    private final PlaneServer server;

    public InProcessHttp(PlaneServer server) {
        this.server = server;
    }

    @Override
    public HttpClient.Builder newBuilder() {
        return new ClientBuilder(this);
    }

    private static final class ClientBuilder extends StandardHttpClientBuilder<Client, InProcessHttp, ClientBuilder> {
        ClientBuilder(InProcessHttp factory) {
            super(factory);
        }

        @Override
        public Client build() {
            return new Client(this, client == null ? new AtomicBoolean() : client.getClosed());
        }

        @Override
        protected ClientBuilder newInstance(InProcessHttp factory) {
            return new ClientBuilder(factory);
        }
    }

    private static final class Client extends StandardHttpClient<Client, InProcessHttp, ClientBuilder> {
        private final PlaneServer server;

        Client(ClientBuilder builder, AtomicBoolean closed) {
            super(builder, closed);
            this.server = builder.getClientFactory().server;
        }

        @Override
        public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
                StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            InProcessReply reply = new InProcessReply(request, consumer);
            try {
                server.handle(call(request), reply);
            } catch (IOException e) {
                reply.abort(e);
            }
            return reply.response();
        }

        private static Call call(StandardHttpRequest request) throws IOException {
            Map<String, List<String>> headers = new HashMap<>();
            request.headers().forEach((name, values) -> headers.computeIfAbsent(
                            name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .addAll(values));
            if (request.getContentType() != null) {
                headers.put("content-type", List.of(request.getContentType()));
            }
            String query = request.uri().getRawQuery();
            return new Call(
                    request.method(),
                    request.uri().getRawPath(),
                    query == null ? "" : query,
                    headers,
                    ByteBuffer.wrap(body(request.body())),
                    Caller.SYSTEM,
                    "");
        }

        private static byte[] body(StandardHttpRequest.BodyContent body) throws IOException {
            if (body instanceof StringBodyContent text) {
                return text.getContent().getBytes(StandardCharsets.UTF_8);
            }
            if (body instanceof ByteArrayBodyContent bytes) {
                return bytes.getContent();
            }
            return body instanceof InputStreamBodyContent stream
                    ? stream.getContent().readAllBytes()
                    : new byte[0];
        }

        @Override
        public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
                StandardWebSocketBuilder request, WebSocket.Listener listener) {
            return CompletableFuture.failedFuture(new IOException("There are no WebSockets within the process"));
        }

        @Override
        public void doClose() {
            // The server is not ours.
        }
    }
}

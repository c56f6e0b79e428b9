package io.drover.apiserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.PlaneServer.Call;
import io.drover.api.plane.PlaneServer.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A listener for real clients in tests: plain HTTP on the loopback address, one thread a request. */
public final class HttpAdapter implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public HttpAdapter(PlaneServer server, Caller caller) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", exchange -> serve(exchange, server, caller));
        http.start();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private static void serve(HttpExchange exchange, PlaneServer server, Caller caller) throws IOException {
        Map<String, List<String>> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        String query = exchange.getRequestURI().getRawQuery();
        byte[] body = exchange.getRequestBody().readAllBytes();
        ExchangeReply reply = new ExchangeReply(exchange);
        server.handle(
                new Call(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawPath(),
                        query == null ? "" : query,
                        headers,
                        ByteBuffer.wrap(body),
                        caller,
                        "127.0.0.1"),
                reply);
        reply.awaitEnd();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private static final class ExchangeReply implements Reply {
        private final HttpExchange exchange;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final CompletableFuture<Void> gone = new CompletableFuture<>();

        ExchangeReply(HttpExchange exchange) {
            this.exchange = exchange;
        }

        void awaitEnd() {
            try {
                ended.await();
            } catch (InterruptedException e) {
                gone.complete(null);
            }
            exchange.close();
        }

        @Override
        public void begin(int status, Map<String, String> headers) {
            headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            String length = headers.get("content-length");
            try {
                exchange.sendResponseHeaders(status, status == 304 ? -1 : length == null ? 0 : Long.parseLong(length));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer part) {
            try {
                OutputStream out = exchange.getResponseBody();
                out.write(part.array(), part.position(), part.remaining());
                out.flush();
                return CompletableFuture.completedFuture(null);
            } catch (IOException e) {
                gone.complete(null);
                ended.countDown();
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void end() {
            ended.countDown();
        }

        @Override
        public void abort(Throwable cause) {
            ended.countDown();
        }

        @Override
        public void onGone(Runnable action) {
            gone.thenRun(action);
        }
    }
}

package io.drover.apiserver.client;

import io.drover.api.plane.PlaneServer;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** An answer on its way to the client: a part is handed on when the client asks for one. */
final class InProcessReply implements PlaneServer.Reply, AsyncBody {

    private final StandardHttpRequest request;
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<HttpResponse<AsyncBody>> response = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private ByteBuffer part;
    private CompletableFuture<Void> taken;
    private long wanted;
    private boolean delivering;
    private boolean ended;

    InProcessReply(StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        this.request = request;
        this.consumer = consumer;
    }

    CompletableFuture<HttpResponse<AsyncBody>> response() {
        return response;
    }

    @Override
    public void begin(int status, Map<String, String> headers) {
        Map<String, List<String>> lists =
                headers.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue())));
        response.complete(new Head(status, request, lists, this));
    }

    @Override
    public CompletionStage<Void> write(ByteBuffer newPart) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        synchronized (this) {
            if (done.isDone()) {
                return CompletableFuture.failedFuture(new IOException("The receiver is gone"));
            }
            part = newPart;
            taken = stage;
        }
        deliver();
        return stage;
    }

    @Override
    public void end() {
        synchronized (this) {
            ended = true;
        }
        deliver();
    }

    @Override
    public void abort(Throwable cause) {
        IOException failure = new IOException("The answer was broken off", cause);
        response.completeExceptionally(failure);
        done.completeExceptionally(failure);
    }

    @Override
    public void onGone(Runnable gone) {
        done.whenComplete((v, failure) -> {
            if (failure != null) {
                gone.run();
            }
        });
    }

    @Override
    public void consume() {
        synchronized (this) {
            wanted++;
        }
        deliver();
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = taken;
            taken = null;
            part = null;
        }
        done.completeExceptionally(new CancellationException());
        if (waiting != null) {
            waiting.completeExceptionally(new IOException("The receiver is gone"));
        }
    }

    /** Hands on what is there and wanted. Consumers ask for more from inside, hence the loop instead of recursion. */
    private void deliver() {
        while (true) {
            ByteBuffer next;
            CompletableFuture<Void> stage;
            synchronized (this) {
                if (delivering || done.isDone()) {
                    return;
                }
                if (part == null && ended) {
                    break;
                }
                if (part == null || wanted == 0) {
                    return;
                }
                next = part;
                stage = taken;
                part = null;
                taken = null;
                wanted--;
                delivering = true;
            }
            try {
                consumer.consume(List.of(next), this);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
            synchronized (this) {
                delivering = false;
            }
            if (done.isCompletedExceptionally()) {
                stage.completeExceptionally(new IOException("The receiver is gone"));
            } else {
                stage.complete(null);
            }
        }
        done.complete(null);
    }

    private static final class Head extends StandardHttpHeaders implements HttpResponse<AsyncBody> {
        private final int code;
        private final HttpRequest request;
        private final AsyncBody body;

        Head(int code, HttpRequest request, Map<String, List<String>> headers, AsyncBody body) {
            super(headers);
            this.code = code;
            this.request = request;
            this.body = body;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public AsyncBody body() {
            return body;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }
    }
}

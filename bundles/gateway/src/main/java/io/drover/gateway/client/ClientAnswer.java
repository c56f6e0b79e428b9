package io.drover.gateway.client;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;

/** A cluster's answer as the Kubernetes client takes it: a chunk for each call of {@link #consume}, which may come from inside another. */
final class ClientAnswer implements Response.Listener, AsyncBody {

    private final HttpRequest request;
    private final Request upstream;
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final Executor executor;
    private final CompletableFuture<HttpResponse<AsyncBody>> response = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile Content.Source source;

    /** @param executor where the consumer runs: parsing, or worse, must not hold up the tunnel's thread */
    ClientAnswer(
            HttpRequest request, Request upstream, AsyncBody.Consumer<List<ByteBuffer>> consumer, Executor executor) {
        this.executor = executor;
        this.request = request;
        this.upstream = upstream;
        this.consumer = consumer;
    }

    CompletableFuture<HttpResponse<AsyncBody>> response() {
        return response;
    }

    @Override
    public void onContentSource(Response answer, Content.Source content) {
        source = content;
        response.completeAsync(() -> new Head(answer), executor);
    }

    @Override
    public void onComplete(Result result) {
        if (result.isFailed()) {
            var failure = result.getFailure() instanceof IOException io
                    ? io
                    : new IOException(String.valueOf(result.getFailure().getMessage()), result.getFailure());
            executor.execute(() -> {
                response.completeExceptionally(failure);
                done.completeExceptionally(failure);
            });
        } else if (source == null) {
            executor.execute(() -> {
                response.complete(new Head(result.getResponse()));
                done.complete(null);
            });
        }
    }

    @Override
    public void consume() {
        if (source != null && wanted.getAndIncrement() == 0) {
            deliver();
        }
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        upstream.abort(new IOException("cancelled"));
        done.cancel(false);
    }

    private void deliver() {
        do {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(() -> executor.execute(this::deliver));
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                done.completeExceptionally(
                        new IOException(String.valueOf(chunk.getFailure().getMessage()), chunk.getFailure()));
                return;
            }
            boolean last = chunk.isLast();
            boolean empty = !chunk.hasRemaining();
            ByteBuffer bytes = empty ? BufferUtil.EMPTY_BUFFER : BufferUtil.copy(chunk.getByteBuffer());
            chunk.release();
            if (!empty && !hand(bytes)) {
                return;
            }
            if (last) {
                done.complete(null);
                return;
            }
            if (empty) {
                wanted.incrementAndGet(); // nothing was handed over
            }
        } while (wanted.decrementAndGet() > 0);
    }

    private boolean hand(ByteBuffer bytes) {
        try {
            consumer.consume(List.of(bytes), this);
            return true;
        } catch (Exception e) {
            upstream.abort(e);
            done.completeExceptionally(e);
            return false;
        }
    }

    /** Status and headers. */
    private final class Head extends StandardHttpHeaders implements HttpResponse<AsyncBody> {

        private final int code;
        private final String message;

        Head(Response answer) {
            super(ClientAnswer.fields(answer));
            this.code = answer.getStatus();
            this.message = answer.getReason() == null ? "" : answer.getReason();
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public String message() {
            return message;
        }

        @Override
        public AsyncBody body() {
            return ClientAnswer.this;
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

    private static Map<String, List<String>> fields(Response answer) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : answer.getHeaders()) {
            headers.computeIfAbsent(field.getName(), name -> new ArrayList<>(1)).add(field.getValue());
        }
        return headers;
    }
}

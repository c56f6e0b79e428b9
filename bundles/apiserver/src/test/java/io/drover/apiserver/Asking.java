package io.drover.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.PlaneServer.Call;
import io.drover.api.plane.PlaneServer.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** Asks an API server as a listener would, and waits for the answer. */
public final class Asking {

    private final PlaneServer server;
    private final Caller caller;

    public Asking(PlaneServer server, Caller caller) {
        this.server = server;
        this.caller = caller;
    }

    /**
     * A whole answer.
     *
     * @param notes for the audit
     */
    public record Answered(int status, Map<String, String> headers, String body, Map<String, String> notes) {
        public JsonNode json() {
            return parsed(body);
        }

        public String reason() {
            return json().path("reason").asText();
        }

        public String message() {
            return json().path("message").asText();
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Answered get(String path) {
        return ask("GET", path, "", "", Map.of());
    }

    public Answered delete(String path) {
        return ask("DELETE", path, "", "", Map.of());
    }

    /** @param json with single quotes in the place of double ones */
    public Answered post(String path, String json) {
        return ask("POST", path, "application/json", json.replace('\'', '"'), Map.of());
    }

    public Answered put(String path, String json) {
        return ask("PUT", path, "application/json", json.replace('\'', '"'), Map.of());
    }

    public Answered mergePatch(String path, String json) {
        return ask("PATCH", path, "application/merge-patch+json", json.replace('\'', '"'), Map.of());
    }

    public Answered apply(String path, String yaml) {
        return ask("PATCH", path, "application/apply-patch+yaml", yaml.replace('\'', '"'), Map.of());
    }

    public Answered ask(
            String method, String pathAndQuery, String contentType, String body, Map<String, String> headers) {
        Receiver receiver = new Receiver();
        server.handle(call(method, pathAndQuery, contentType, body, headers), receiver);
        try {
            return receiver.whole.get(90, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Call call(
            String method, String pathAndQuery, String contentType, String body, Map<String, String> headers) {
        String[] parts = pathAndQuery.split("\\?", 2);
        Map<String, List<String>> all = new HashMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        if (!contentType.isEmpty()) {
            all.put("content-type", List.of(contentType));
        }
        ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
        return new Call(method, parts[0], parts.length > 1 ? parts[1] : "", all, bytes, caller, "127.0.0.1");
    }

    public Watched watch(String pathAndQuery) {
        Watched watched = new Watched();
        server.handle(call("GET", pathAndQuery, "", "", Map.of()), watched);
        return watched;
    }

    private static class Receiver implements Reply {
        final CompletableFuture<Answered> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile int status;
        private Map<String, String> headers = Map.of();
        private final Map<String, String> notes = new ConcurrentHashMap<>();

        @Override
        public void annotated(String key, String value) {
            notes.put(key, value);
        }

        @Override
        public void begin(int newStatus, Map<String, String> newHeaders) {
            status = newStatus;
            headers = newHeaders;
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer part) {
            body.write(part.array(), part.position(), part.remaining());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {
            byte[] bytes = body.toByteArray();
            if ("gzip".equals(headers.get("content-encoding"))) {
                try (var zipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    bytes = zipped.readAllBytes();
                } catch (IOException e) {
                    whole.completeExceptionally(e);
                }
            }
            whole.complete(new Answered(status, headers, new String(bytes, StandardCharsets.UTF_8), Map.copyOf(notes)));
        }

        @Override
        public void abort(Throwable cause) {
            whole.completeExceptionally(cause);
        }

        @Override
        public void onGone(Runnable gone) {
            // It stays to the end.
        }
    }

    /** A watch that is read event by event. */
    public static final class Watched extends Receiver {
        private final LinkedBlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private volatile CompletableFuture<Void> stalled;
        private CompletableFuture<Void> pending;

        /** The next event within thirty seconds. */
        public JsonNode next() throws InterruptedException {
            JsonNode event = events.poll(30, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("No event came");
            }
            return event;
        }

        /** 0 before the answer has begun. */
        public int status() {
            return ((Receiver) this).status;
        }

        public void awaitEnd() throws Exception {
            whole.get(30, TimeUnit.SECONDS);
        }

        /** Takes nothing any more. */
        public void stall() {
            stalled = new CompletableFuture<>();
        }

        public synchronized void goOn() {
            stalled = null;
            if (pending != null) {
                pending.complete(null);
            }
        }

        public void leave() {
            gone.complete(null);
        }

        @Override
        public synchronized CompletionStage<Void> write(ByteBuffer part) {
            String text = new String(part.array(), part.position(), part.remaining(), StandardCharsets.UTF_8);
            text.lines().forEach(line -> events.add(parsed(line)));
            if (stalled == null) {
                return CompletableFuture.completedFuture(null);
            }
            pending = new CompletableFuture<>();
            return pending;
        }

        @Override
        public void onGone(Runnable action) {
            gone.thenRun(action);
        }
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.request.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the server asks of itself, as Drover: the same way in as everybody's. Each waits for its answer, so never on the server's threads. */
public final class OwnRequests {

    private static final long PATIENCE_SECONDS = 30;

    private final PlaneServer server;

    public OwnRequests(PlaneServer server) {
        this.server = server;
    }

    record Answered(int status, ObjectNode body) {
        boolean isGood() {
            return status < 300;
        }

        String message() {
            return body.path("message").asText();
        }
    }

    Answered get(String path) throws InterruptedException {
        return ask("GET", path, "", new byte[0]);
    }

    Answered create(String path, ObjectNode object) throws InterruptedException {
        return ask("POST", path, "application/json", Json.bytes(object));
    }

    Answered update(String path, ObjectNode object) throws InterruptedException {
        return ask("PUT", path, "application/json", Json.bytes(object));
    }

    Answered merge(String path, ObjectNode patch) throws InterruptedException {
        return ask("PATCH", path, "application/merge-patch+json", Json.bytes(patch));
    }

    /** Server-side apply, by force. */
    Answered apply(String path, String manager, ObjectNode configuration) throws InterruptedException {
        return ask(
                "PATCH",
                path,
                "fieldManager=" + manager + "&force=true",
                "application/apply-patch+yaml",
                Json.bytes(configuration));
    }

    Answered delete(String path) throws InterruptedException {
        return ask("DELETE", path, "", new byte[0]);
    }

    private Answered ask(String method, String path, String contentType, byte[] body) throws InterruptedException {
        return ask(method, path, "", contentType, body);
    }

    private Answered ask(String method, String path, String query, String contentType, byte[] body)
            throws InterruptedException {
        Receiver receiver = new Receiver();
        Map<String, List<String>> headers =
                Map.of("content-type", List.of(contentType), "user-agent", List.of("drover"));
        server.handle(
                new PlaneServer.Call(method, path, query, headers, ByteBuffer.wrap(body), Caller.SYSTEM, ""), receiver);
        try {
            return receiver.whole.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(method + " " + path + " was not answered", e);
        }
    }

    private static final class Receiver implements PlaneServer.Reply {
        private final CompletableFuture<Answered> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;

        @Override
        public void begin(int newStatus, Map<String, String> headers) {
            status = newStatus;
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer part) {
            body.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {
            whole.complete(new Answered(status, Json.read(body.toByteArray())));
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
}

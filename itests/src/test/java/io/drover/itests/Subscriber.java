package io.drover.itests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody who listens at a subscription. */
final class Subscriber implements WebSocket.Listener {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().sslContext(Http.trustsAnyone()).build();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();

    private Subscriber() {}

    static Subscriber open(DroverServer server, String path, Map<String, String> headers)
            throws InterruptedException, ExecutionException, TimeoutException {
        Subscriber subscriber = new Subscriber();
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        headers.forEach(builder::header);
        builder.buildAsync(URI.create(server.url().toString().replaceFirst("^https", "wss") + path), subscriber)
                .get(30, TimeUnit.SECONDS);
        return subscriber;
    }

    boolean hasHeard() {
        return !messages.isEmpty();
    }

    boolean tells(String event, String id) {
        return messages.stream()
                .anyMatch(message -> message.path("name").asText().equals(event)
                        && message.at("/data/id").asText().equals(id));
    }

    /** The code with which it was closed, and the reason. */
    String awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        return closed.get(30, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            messages.add(read(partial.toString()));
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    private static JsonNode read(String message) {
        try {
            return JSON.readTree(message);
        } catch (JsonProcessingException e) {
            throw new AssertionError(message, e);
        }
    }
}

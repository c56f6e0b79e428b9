package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code /v3/subscribe} through a real WebSocket. */
@Timeout(120)
class SubscribeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().sslContext(Http.trustsAnyone()).build();

    private static DroverServer server;

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void aSubscriberHearsOfChangesAndIsInTheAuditUntilHisTokenIsRevoked() throws Exception {
        Http admin = server.admin();
        String token = server.signIn("admin", DroverServer.ADMIN_PASSWORD);
        Ear ear = new Ear();
        open(ear, "/v3/subscribe?resourceTypes=cluster", Map.of("Authorization", "Bearer " + token))
                .get(20, TimeUnit.SECONDS);

        String id = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "seen"))
                .json()
                .path("id")
                .asText();
        Wait.until("the new cluster is told", () -> ear.tells("resource.change", id));
        admin.delete("/v3/clusters/" + id);
        Wait.until("that it has gone is told", () -> ear.tells("resource.remove", id));
        Wait.until("a sign of life comes", () -> ear.tells("ping", ""));
        String name = token.substring(0, token.indexOf(':'));
        assertThat(stages(admin, name)).containsExactly("started");

        admin.delete("/v3/tokens/" + name);

        assertThat(ear.closed.get(20, TimeUnit.SECONDS)).startsWith("1008 ");
        Wait.until("its end is recorded", () -> stages(admin, name).size() == 2);
    }

    @Test
    void aPageOfAnotherSiteCanNotSubscribeWithSomebodysCookie() throws Exception {
        String cookie = "R_SESS=" + server.signIn("admin", DroverServer.ADMIN_PASSWORD);

        assertThatThrownBy(() -> open(
                                new Ear(), "/v3/subscribe", Map.of("Cookie", cookie, "Origin", "https://evil.example"))
                        .get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));

        Ear ear = new Ear();
        open(
                        ear,
                        "/v3/subscribe",
                        Map.of("Cookie", cookie, "Origin", server.url().toString()))
                .get(20, TimeUnit.SECONDS);
        Wait.until("our own page is told something", () -> !ear.messages.isEmpty());
    }

    private static CompletableFuture<WebSocket> open(Ear ear, String path, Map<String, String> headers) {
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        headers.forEach(builder::header);
        return builder.buildAsync(URI.create(server.url().toString().replaceFirst("^https", "wss") + path), ear);
    }

    /** Of the subscription by that token, as the audit has them. */
    private static List<String> stages(Http admin, String token) {
        return admin.get("/v3/auditlogs?path=/v3/subscribe&token=" + token)
                .json()
                .path("data")
                .findValuesAsText("stage");
    }

    private static final class Ear implements WebSocket.Listener {

        final List<JsonNode> messages = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        boolean tells(String event, String id) {
            return messages.stream()
                    .anyMatch(message -> message.path("name").asText().equals(event)
                            && message.at("/data/id").asText().equals(id));
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
}

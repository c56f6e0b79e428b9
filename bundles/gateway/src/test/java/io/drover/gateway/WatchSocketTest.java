package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.plane.PlaneServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches of the management plane whose receivers ask for a WebSocket. */
@Timeout(120)
class WatchSocketTest {

    private static final String WATCH = "/k8s/clusters/local/api/v1/configmaps?watch=true";

    private final Plane plane = new Plane();
    private final Receiver receiver = new Receiver();
    private RunningGateway gateway;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.planeServer = Optional.of(plane);
        client = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private CompletableFuture<WebSocket> open(String path, String... protocols) {
        WebSocket.Builder builder = client.newWebSocketBuilder()
                .header("Authorization", "Bearer alice")
                .header("Origin", "https://localhost");
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        return builder.buildAsync(URI.create(gateway.uri(path).toString().replace("https:", "wss:")), receiver);
    }

    @Test
    void eachEventIsATextMessageAndTheEndOfTheWatchIsThatOfTheSocket() throws Exception {
        open(WATCH).get(30, TimeUnit.SECONDS);
        PlaneServer.Reply reply = plane.watches.poll(30, TimeUnit.SECONDS);
        reply.write(bytes("{\"type\":\"ADDED\",\"object\":1}\n{\"type\":\"MODIFIED\",\"object\":2}\n"))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        String large = "x".repeat(300_000);
        CompletionStage<Void> taken = reply.write(bytes("{\"large\":\"" + large + "\"}\n"));

        assertThat(receiver.next()).isEqualTo("{\"type\":\"ADDED\",\"object\":1}\n");
        assertThat(receiver.next()).isEqualTo("{\"type\":\"MODIFIED\",\"object\":2}\n");
        assertThat(receiver.next()).isEqualTo("{\"large\":\"" + large + "\"}\n");
        taken.toCompletableFuture().get(30, TimeUnit.SECONDS);
        reply.end();
        assertThat(receiver.closed.get(30, TimeUnit.SECONDS)).isEqualTo("1000 ");
    }

    @Test
    void whatTheReceiverSendsIsIgnoredAndThePlaneLearnsWhenHeGoes() throws Exception {
        WebSocket socket = open(WATCH).get(30, TimeUnit.SECONDS);
        PlaneServer.Reply reply = plane.watches.poll(30, TimeUnit.SECONDS);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        reply.onGone(() -> gone.complete(null));

        socket.sendText("y".repeat(200_000), true).get(30, TimeUnit.SECONDS);
        socket.sendPing(bytes("ping")).get(30, TimeUnit.SECONDS);
        assertThat(receiver.pong.get(30, TimeUnit.SECONDS)).isEqualTo("ping");
        assertThat(gone).isNotDone();

        socket.abort();
        gone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aRevokedTokenEndsIt() throws Exception {
        open(WATCH.replace("/configmaps?watch=true", "/watch/configmaps")).get(30, TimeUnit.SECONDS);
        PlaneServer.Reply reply = plane.watches.poll(30, TimeUnit.SECONDS);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        reply.onGone(() -> gone.complete(null));

        gateway.revokeAll();

        assertThat(receiver.closed.get(30, TimeUnit.SECONDS)).startsWith("1008 ");
        gone.get(30, TimeUnit.SECONDS);
        assertThat(gateway.standings).isEmpty();
    }

    @Test
    void aRefusalIsAnOrdinaryAnswer() throws Exception {
        plane.status = 410;
        CompletableFuture<WebSocket> refused = open(WATCH);

        plane.watches.poll(30, TimeUnit.SECONDS).end();

        Throwable cause = refused.handle((socket, failure) -> failure).get(30, TimeUnit.SECONDS);
        while (cause instanceof CompletionException) {
            cause = cause.getCause();
        }
        assertThat(cause).isInstanceOf(WebSocketHandshakeException.class);
        assertThat(((WebSocketHandshakeException) cause).getResponse().statusCode())
                .isEqualTo(410);
    }

    @Test
    void anyOneProtocolIsTaken() throws Exception {
        assertThat(open(WATCH, "base64.binary.k8s.io").get(30, TimeUnit.SECONDS).getSubprotocol())
                .isEqualTo("base64.binary.k8s.io");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** Begins every answer, and leaves the rest to the test. */
    private static final class Plane implements PlaneServer {
        private final LinkedBlockingQueue<Reply> watches = new LinkedBlockingQueue<>();
        private volatile int status = 200;

        @Override
        public void handle(Call call, Reply reply) {
            reply.begin(status, Map.of("content-type", "application/json"));
            watches.add(reply);
        }
    }

    private static final class Receiver implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> closed = new CompletableFuture<>();
        private final CompletableFuture<String> pong = new CompletableFuture<>();
        private final StringBuilder message = new StringBuilder();

        String next() throws InterruptedException {
            String next = messages.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a message within 30 seconds").isNotNull();
            return next;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                messages.add(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
            pong.complete(ISO_8859_1.decode(payload).toString());
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
            closed.complete(failure.toString());
        }
    }
}

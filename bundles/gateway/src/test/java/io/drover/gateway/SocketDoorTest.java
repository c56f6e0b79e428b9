package io.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.auth.Question;
import io.drover.api.socket.SocketPeer;
import io.drover.api.socket.SocketRoute;
import io.drover.api.socket.SocketSession;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SocketDoorTest {

    private final Route route = new Route();
    private RunningGateway gateway;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.sockets.add(route);
        client = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void whatIsSentArrivesAndWhatIsSaidIsDropped() throws Exception {
        Ear ear = new Ear();
        WebSocket socket = open("alice", "/v3/talk?x=%20y", ear).get();
        Session session = route.sessions.take();
        SocketPeer peer = session.peer.get(20, TimeUnit.SECONDS);
        String large = "x".repeat(200_000);

        socket.sendText("anybody?", true).get();
        peer.send("first").toCompletableFuture().get(20, TimeUnit.SECONDS);
        peer.send(large).toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertThat(ear.heard.poll(20, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(ear.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(large);
        assertThat(session.opening.caller().get()).isEqualTo(RunningGateway.ALICE);
        assertThat(session.opening.query()).isEqualTo("x=%20y");
        assertThat(session.opening.headers().apply("host"))
                .containsExactly(gateway.uri("/").getAuthority());

        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
        session.closed.get(20, TimeUnit.SECONDS);
        assertThat(gateway.standings).isEmpty();
    }

    @Test
    void itEndsWithTheRightOfItsCaller() throws Exception {
        Ear ear = new Ear();
        open("alice", "/v3/talk", ear).get();
        Session session = route.sessions.take();
        session.peer.get(20, TimeUnit.SECONDS);
        gateway.awaitStanding();

        gateway.revokeAll();

        assertThat(ear.closed.get(20, TimeUnit.SECONDS)).isEqualTo("1008 the caller may no longer do this");
        session.closed.get(20, TimeUnit.SECONDS);
    }

    @Test
    void strangersAndForeignPagesAreRefusedBeforeTheRouteHearsOfThem() {
        assertThat(refusal(open("", "/v3/talk", new Ear()))).isEqualTo(401);
        assertThat(refusal(open("nobody", "/v3/talk", new Ear()))).isEqualTo(401);
        assertThat(refusal(open("elsewhere", "/v3/talk", new Ear()))).isEqualTo(403);
        assertThat(route.sessions).isEmpty();
    }

    @Test
    void aRouteMayRefuse() {
        assertThat(refusal(open("alice", "/v3/talk?refuse", new Ear()))).isEqualTo(404);
        assertThat(gateway.standings).isEmpty();
    }

    private CompletableFuture<WebSocket> open(String token, String path, Ear ear) {
        WebSocket.Builder builder = client.newWebSocketBuilder();
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.buildAsync(URI.create(gateway.uri(path).toString().replaceFirst("^https", "wss")), ear);
    }

    private static int refusal(CompletableFuture<WebSocket> socket) {
        int[] status = {0};
        assertThatThrownBy(() -> socket.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> status[0] = e.getResponse().statusCode());
        return status[0];
    }

    private static final class Route implements SocketRoute {

        final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

        @Override
        public boolean serves(String path) {
            return path.equals("/v3/talk");
        }

        @Override
        public SocketSession open(Opening opening) {
            if (opening.query().equals("refuse")) {
                throw DroverException.notFound("nothing to tell");
            }
            Session session = new Session(opening);
            sessions.add(session);
            return session;
        }
    }

    private static final class Session implements SocketSession {

        final SocketRoute.Opening opening;
        final CompletableFuture<SocketPeer> peer = new CompletableFuture<>();
        final CompletableFuture<Void> closed = new CompletableFuture<>();

        Session(SocketRoute.Opening opening) {
            this.opening = opening;
        }

        @Override
        public Optional<Question> right() {
            return Optional.of(Question.enterCluster("c-one"));
        }

        @Override
        public void opened(SocketPeer opened) {
            peer.complete(opened);
        }

        @Override
        public void closed() {
            closed.complete(null);
        }
    }

    /** The client's side. */
    private static final class Ear implements WebSocket.Listener {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            partial.append(text);
            if (last) {
                heard.add(partial.toString());
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
    }
}

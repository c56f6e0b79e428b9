package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FrontDoorTest {

    private RunningGateway gateway;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        client = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .build();
        gateway.servlets.setDispatcher(new Echo());
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void itsOwnPathsNeedNoIdentity() throws Exception {
        assertThat(get("/ping", "").body()).isEqualTo("pong");
        assertThat(get("/healthz", "").body()).isEqualTo("ok");
        HttpResponse<String> ready = get("/readyz", "");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(ready.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void whatNobodyDeclaredPublicNeedsAnIdentity() throws Exception {
        HttpResponse<String> anonymous = get("/v3/clusters", "");
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.body())
                .isEqualTo(
                        "{\"type\":\"error\",\"status\":\"401\",\"message\":\"Unauthorized 401: must authenticate\"}");
        assertThat(anonymous.headers().firstValue("X-API-Cattle-Auth")).contains("false");

        HttpResponse<String> known = get("/v3/clusters", "alice");
        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(known.body()).isEqualTo("u-alice /v3/clusters 0");
        assertThat(known.headers().firstValue("X-API-Cattle-Auth")).contains("true");

        gateway.publicPaths = Set.of("/v3/settings/cacerts");
        assertThat(get("/v3/settings/cacerts", "").body()).isEqualTo("nobody /v3/settings/cacerts 0");
    }

    @Test
    void whoIsForbiddenIsToldSoInTheWordsOfTheApiAndTheHostOfHttp2IsKnown() throws Exception {
        String host = gateway.uri("/").getAuthority();

        HttpResponse<String> management = get("/v3/clusters", "elsewhere");
        assertThat(management.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(management.statusCode()).isEqualTo(403);
        assertThat(management.body())
                .isEqualTo("{\"type\":\"error\",\"status\":\"403\",\"message\":\"not from [" + host + "]\"}");
        assertThat(management.headers().firstValue("X-API-Cattle-Auth")).contains("false");
        HttpResponse<String> kubernetes = get("/k8s/clusters/c-one/api", "elsewhere");
        assertThat(kubernetes.statusCode()).isEqualTo(403);
        assertThat(kubernetes.body()).contains("\"kind\":\"Status\"", "\"reason\":\"Forbidden\"");
    }

    @Test
    void aPathThatReadsTwoWaysIsNoWayRoundIdentity() throws Exception {
        gateway.publicPaths = Set.of("/public/x");

        for (String path : new String[] {
            "/public/x/../../v3/users",
            "/public/x/%2e%2e/%2e%2e/v3/users",
            "/public/x/..%2f..%2fv3",
            "/public/x/..;/..;/v3"
        }) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(path).containsPattern("^HTTP/1.1 40[01] ");
        }
        for (String path : new String[] {
            "/k8s/clusters/local/../c-one/api",
            "/k8s/clusters/local/%2e%2E/api",
            "/k8s/clusters/%6cocal/api",
            "/k8s/clusters/local/a%00b"
        }) {
            String answer = raw("GET " + path
                    + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(path).containsPattern("^HTTP/1.1 400 ");
        }
    }

    @Test
    void theIdOfAPrincipalHoldsWhateverItsDirectoryTakesForAName() throws Exception {
        for (String path : new String[] {
            "/v3/principals/local:%2F%2Fu-a", "/v3/principals/activedirectory_user:%2F%2FCN=Doe%5C,%20Jo%25,DC=x"
        }) {
            assertThat(get(path, "alice").statusCode()).as(path).isEqualTo(200);
        }
        for (String path :
                new String[] {"/v3/users/a%2Fb", "/v3/users/a%5Cb", "/v3/users/a%25b", "/v3/principals/a%5C%0Ab"}) {
            assertThat(get(path, "alice").statusCode()).as(path).isEqualTo(400);
        }
    }

    @Test
    void aBodyWithoutIdentityEndsAtOneMebibyte() throws Exception {
        gateway.publicPaths = Set.of("/login");
        byte[] tooLong = new byte[(1 << 20) + 1];

        assertThat(post("/login", BodyPublishers.ofByteArray(new byte[1 << 20])).body())
                .isEqualTo("nobody /login " + (1 << 20));
        assertThat(post("/login", BodyPublishers.ofByteArray(tooLong)).statusCode())
                .isEqualTo(413);
        assertThat(post("/login", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[8 << 20])))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void manyHeadersAreRefused() throws Exception {
        StringBuilder request = new StringBuilder("GET /ping HTTP/1.1\r\nHost: localhost\r\n");
        for (int i = 0; i < 100_000; i++) {
            request.append("a").append(i).append(": b\r\n");
        }

        assertThat(raw(request + "\r\n")).startsWith("HTTP/1.1 431");
    }

    @Test
    void twoLengthsOrALengthAndChunksAreRefused() throws Exception {
        String head = "POST /k8s/clusters/local/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n";

        assertThat(raw(head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw(head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void aServletThatBlocksHoldsUpNobodyElse() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> blocked = new ArrayList<>();
        for (int i = 0; i < 8; i++) { // each the first request of a connection of its own
            HttpClient own = HttpClient.newBuilder()
                    .sslContext(RunningGateway.trusting(gateway.authority))
                    .build();
            blocked.add(own.sendAsync(
                    HttpRequest.newBuilder(gateway.uri("/block"))
                            .header("Authorization", "Bearer alice")
                            .build(),
                    BodyHandlers.ofString()));
        }
        assertThat(Echo.BLOCKED.tryAcquire(8, 20, TimeUnit.SECONDS)).isTrue();

        assertThat(get("/ping", "").body()).isEqualTo("pong");
        assertThat(get("/v3/clusters", "alice").statusCode()).isEqualTo(200);

        Echo.GO_ON.release(8);
        for (var answer : blocked) {
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theManagementPlaneGetsTheCallAndAnswersPieceByPiece() throws Exception {
        gateway.planeServer = Optional.of((call, reply) -> {
            assertThat(call.caller()).isEqualTo(RunningGateway.ALICE);
            reply.begin(201, Map.of("Content-Type", "text/plain"));
            reply.write(text(call.method() + " " + call.path() + "?" + call.query() + " "))
                    .thenCompose(done -> reply.write(call.body()))
                    .thenRun(reply::end);
        });

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/local/api/v1/x?a=b%20c"))
                        .header("Authorization", "Bearer alice")
                        .POST(BodyPublishers.ofString("body"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("POST /api/v1/x?a=b%20c body");
    }

    @Test
    void aBodyTooLongForTheManagementPlaneIsRefusedBeforeItIsCalled() throws Exception {
        gateway.planeServer = Optional.of((call, reply) -> reply.abort(new AssertionError("called")));

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/local/api/v1/x"))
                        .header("Authorization", "Bearer alice")
                        .POST(BodyPublishers.ofByteArray(new byte[PlaneServer.MAX_BODY_BYTES + 1]))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("\"kind\":\"Status\"");
    }

    @Test
    void aWatcherOfTheManagementPlaneWhoGoesIsNoticed() throws Exception {
        var gone = new CompletableFuture<Void>();
        gateway.planeServer = Optional.of((call, reply) -> {
            reply.onGone(() -> gone.complete(null));
            reply.begin(200, Map.of());
            reply.write(text("first"));
        });
        HttpResponse<InputStream> answer = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/local/api/v1/pods?watch=true"))
                        .header("Authorization", "Bearer alice")
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(new String(answer.body().readNBytes(5), UTF_8)).isEqualTo("first");

        answer.body().close();

        gone.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aNewCertificateServesNewConnectionsAndLeavesOldOnesAlone() throws Exception {
        try (SSLSocket old = connect()) {
            send(old, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(RawServer.readHead(old.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(old.getInputStream().readNBytes(4)).isEqualTo("pong".getBytes(UTF_8));

            gateway.names.add("drover.example.com");
            gateway.certificate.refresh();

            send(old, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(RawServer.readHead(old.getInputStream())).startsWith("HTTP/1.1 200");
            try (SSLSocket fresh = connect()) {
                fresh.startHandshake();
                var certificate = (X509Certificate) fresh.getSession().getPeerCertificates()[0];
                assertThat(certificate.getSubjectAlternativeNames().toString()).contains("drover.example.com");
            }
        }
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        var request = HttpRequest.newBuilder(gateway.uri(path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, HttpRequest.BodyPublisher body) throws Exception {
        return client.send(HttpRequest.newBuilder(gateway.uri(path)).POST(body).build(), BodyHandlers.ofString());
    }

    private SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                .getSocketFactory()
                .createSocket("localhost", gateway.listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(SSLSocket socket, String request) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(ISO_8859_1));
        out.flush();
    }

    private String raw(String request) throws Exception {
        try (SSLSocket socket = connect()) {
            try {
                send(socket, request);
            } catch (IOException e) {
                // refused before it was sent whole
            }
            return RawServer.readHead(socket.getInputStream());
        }
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** Stands for the whiteboard's dispatcher: says who called, for what, and how long the body was. */
    private static final class Echo extends HttpServlet {
        private static final long serialVersionUID = 1L;
        static final Semaphore BLOCKED = new Semaphore(0);
        static final Semaphore GO_ON = new Semaphore(0);

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().equals("/block")) {
                BLOCKED.release();
                GO_ON.acquireUninterruptibly();
            }
            Object caller = request.getAttribute(Caller.ATTRIBUTE);
            long length = request.getInputStream().transferTo(OutputStream.nullOutputStream());
            String who = caller instanceof Caller known ? known.userId() : "nobody";
            response.getWriter().write(who + " " + request.getRequestURI() + " " + length);
        }
    }
}

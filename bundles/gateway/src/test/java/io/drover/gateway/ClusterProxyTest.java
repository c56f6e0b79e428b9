package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.gateway.listener.CertificateAuthority;
import io.drover.testkit.Eventually;
import io.drover.wire.Session;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterProxyTest {

    private final CertificateAuthority clusterAuthority = CertificateAuthority.create(Clock.systemUTC());
    private RunningGateway gateway;
    private RawServer cluster;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        cluster = new RawServer(clusterAuthority, (head, in, out) -> RawServer.ok(out, "hello"));
        client = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        gateway.cluster("c-one");
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        cluster.close();
    }

    @Test
    void aRequestReachesTheClusterAsItsCaller() throws Exception {
        agent();

        HttpResponse<String> answer = get("/k8s/clusters/c-one/api/v1/pods?limit=5&x=%2F");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(cluster.heads).hasSize(1);
        assertThat(cluster.heads.get(0))
                .startsWith("GET /api/v1/pods?limit=5&x=%2F HTTP/1.1\r\n")
                .contains("\r\nAuthorization: Bearer sa-c-one\r\n")
                .contains("\r\nImpersonate-User: u-alice\r\n")
                .contains("\r\nImpersonate-Group: system:authenticated\r\n")
                .contains("\r\nImpersonate-Group: local://devs\r\n")
                .contains("\r\nImpersonate-Extra-username: alice\r\n")
                .doesNotContain("alice\r\nAuthorization: Bearer alice");
    }

    @Test
    void whatCallersSayOfIdentityAndFramingNeverArrives() throws Exception {
        agent();

        String answer = raw("GET /k8s/clusters/c-one/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
                + "Cookie: R_SESS=secret\r\nX-Remote-User: admin\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n"
                + "X-Api-Tunnel-Token: abc\r\nX-Custom: y\r\nKubectl-Command: get\r\nAudit-Id: 1\r\n"
                + "Connection: close, Impersonate-User, Authorization, Audit-Id\r\nTE: trailers\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
        String head = cluster.heads.get(0);
        assertThat(head)
                .containsOnlyOnce("\r\nAuthorization: ")
                .containsOnlyOnce("\r\nImpersonate-User: u-alice\r\n")
                .contains("\r\nKubectl-Command: get\r\n")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        assertThat(head.toLowerCase())
                .doesNotContain(
                        "cookie", "secret", "x-remote", "1.2.3.4", "x-api", "x-custom", "audit-id: 1\r\n", "\r\nte:");
    }

    @Test
    void aForgedImpersonationIsRefusedAndAnAllowedOneReplacesTheCaller() throws Exception {
        agent();
        String request = "GET /k8s/clusters/c-one/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
                + "iMPERSONATE-uSER: bob\r\nImpersonate-Group: ops\r\nConnection: close\r\n\r\n";

        assertThat(raw(request)).startsWith("HTTP/1.1 403").contains("not allowed to impersonate users \\\"bob\\\"");
        assertThat(cluster.heads).isEmpty();

        gateway.mayImpersonate.add("users/bob");
        gateway.mayImpersonate.add("groups/ops");
        assertThat(raw(request)).startsWith("HTTP/1.1 200");
        assertThat(cluster.heads.get(0))
                .containsOnlyOnce("Impersonate-User: bob\r\n")
                .contains("Impersonate-Group: ops\r\n")
                .doesNotContain("u-alice", "local://devs");
    }

    @Test
    void whatTheClusterMayHaveDoneIsNotToBeTriedAgain() throws Exception {
        cluster.answer((head, in, out) -> false);
        agent();

        HttpResponse<String> read = get("/k8s/clusters/c-one/api/v1/pods");
        HttpResponse<String> written = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/api/v1/namespaces/a/pods"))
                        .header("Authorization", "Bearer alice")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(read.statusCode()).isEqualTo(503);
        assertThat(read.headers().firstValue("Retry-After")).isPresent();
        assertThat(written.statusCode()).isEqualTo(503);
        assertThat(written.body()).contains("closed the connection without an answer");
        assertThat(written.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void failuresAreStatusObjectsThatSayWhatIsMissing() throws Exception {
        assertThat(get("/k8s/clusters/c-none/api").statusCode()).isEqualTo(404);

        gateway.mayEnter.clear();
        HttpResponse<String> denied = get("/k8s/clusters/c-one/api");
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("\"kind\":\"Status\"", "no role gives");

        gateway.mayEnter.add("c-one");
        HttpResponse<String> never = get("/k8s/clusters/c-one/api");
        assertThat(never.statusCode()).isEqualTo(503);
        assertThat(never.body()).contains("has not been registered");
        assertThat(never.headers().firstValue("Retry-After")).isEmpty();

        agent().close("test");
        Eventually.until(
                "the tunnel is gone", () -> gateway.parts.clusters().tunnels().isEmpty());
        HttpResponse<String> away = get("/k8s/clusters/c-one/api");
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(away.body()).contains("agent is not connected since");
        assertThat(away.headers().firstValue("Retry-After")).isPresent();

        HttpResponse<String> anonymous = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/api")).build(), BodyHandlers.ofString());
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.body()).contains("\"kind\":\"Status\"");
    }

    @Test
    void anApiServerOfAnotherAuthorityOrNameIsRefused() throws Exception {
        gateway.agent("c-one", cluster.address(), CertificateAuthority.create(Clock.systemUTC()));
        HttpResponse<String> foreign = get("/k8s/clusters/c-one/api");
        assertThat(foreign.statusCode()).isEqualTo(502);
        assertThat(foreign.body()).contains("not trusted");

        gateway.cluster("c-two");
        gateway.agent("c-two", cluster.address().replace("127.0.0.1", "localhost"), clusterAuthority);
        HttpResponse<String> misnamed = get("/k8s/clusters/c-two/api");
        assertThat(misnamed.statusCode()).isEqualTo(502);
        assertThat(misnamed.body()).contains("not trusted");
        assertThat(cluster.heads).isEmpty();
    }

    @Test
    void anAddressWhereNobodyListensIsSaidInWords() throws Exception {
        gateway.agent("c-one", "127.0.0.1:1", clusterAuthority);

        HttpResponse<String> answer = get("/k8s/clusters/c-one/api");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("127.0.0.1:1", "refused");
    }

    @Test
    void aWatchIsPassedOnPieceByPieceAndEndsWithTheAgent() throws Exception {
        var begun = new CountDownLatch(1);
        var more = new CountDownLatch(1);
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
            out.flush();
            begun.await(20, TimeUnit.SECONDS);
            out.write("5\r\nfirst\r\n".getBytes(ISO_8859_1));
            out.flush();
            more.await(20, TimeUnit.SECONDS);
            out.write("6\r\nsecond\r\n".getBytes(ISO_8859_1));
            out.flush();
            in.read(); // until the tunnel is gone
            return false;
        });
        Session agent = agent();
        HttpResponse<InputStream> answer =
                client.send(request("/k8s/clusters/c-one/api/v1/pods?watch=1"), BodyHandlers.ofInputStream());

        assertThat(answer.statusCode()).isEqualTo(200); // although nothing was said yet
        begun.countDown();
        assertThat(new String(answer.body().readNBytes(5), ISO_8859_1)).isEqualTo("first");
        more.countDown();
        assertThat(new String(answer.body().readNBytes(6), ISO_8859_1)).isEqualTo("second");
        agent.close("killed");

        assertThat(failureOf(() -> answer.body().read())).isNotNull();
    }

    @Test
    void aRevokedTokenEndsWhatIsOpen() throws Exception {
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n".getBytes(ISO_8859_1));
            out.flush();
            in.read();
            return false;
        });
        agent();
        HttpResponse<InputStream> answer =
                client.send(request("/k8s/clusters/c-one/api/v1/pods?watch=1"), BodyHandlers.ofInputStream());
        assertThat(new String(answer.body().readNBytes(5), ISO_8859_1)).isEqualTo("first");

        gateway.revokeAll();

        assertThat(failureOf(() -> answer.body().read())).isNotNull();
        Eventually.until("nobody is asked about any more", () -> gateway.standings.isEmpty());
    }

    @Test
    void anUpgradeIsSplicedWithBytesThatCameWithEitherHead() throws Exception {
        cluster.answer((head, in, out) -> {
            out.write(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\nGREETING"
                            .getBytes(ISO_8859_1));
            out.flush();
            byte[] buffer = new byte[1024];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
            return false;
        });
        agent();
        try (SSLSocket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            ("POST /k8s/clusters/c-one/api/v1/namespaces/a/pods/b/exec?command=sh HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Authorization: Bearer alice\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                                            + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\nEARLY")
                                    .getBytes(ISO_8859_1));
            String head = RawServer.readHead(socket.getInputStream());
            assertThat(head)
                    .startsWith("HTTP/1.1 101")
                    .contains("Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io");
            assertThat(new String(socket.getInputStream().readNBytes(13), ISO_8859_1))
                    .isEqualTo("GREETINGEARLY");
            socket.getOutputStream().write("more".getBytes(ISO_8859_1));
            assertThat(new String(socket.getInputStream().readNBytes(4), ISO_8859_1))
                    .isEqualTo("more");
        }
        assertThat(cluster.heads.get(0))
                .contains(
                        "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n",
                        "X-Stream-Protocol-Version: v3.channel.k8s.io\r\n")
                .containsOnlyOnce("Impersonate-User: u-alice");
        Eventually.until("nobody is asked about any more", () -> gateway.standings.isEmpty());
    }

    @Test
    void aRevokedTokenEndsAnExecOverSpdyWithAFailureAfterTheFrameThatHasBegun() throws Exception {
        agent();
        String rest = "";
        for (int i = 0;
                i < 5 && rest.isEmpty();
                i++) { // less than a second is given, which a busy machine may take away
            rest = restOfARevokedExec();
        }
        assertThat(rest)
                .startsWith("world\0\0\0\1\1\0\0")
                .contains("\"status\":\"Failure\"")
                .endsWith("}");
        Eventually.until("nobody is asked about any more", () -> gateway.standings.isEmpty());
    }

    private String restOfARevokedExec() throws Exception {
        CountDownLatch revoked = new CountDownLatch(1);
        cluster.answer((head, in, out) -> {
            out.write(UPGRADED.getBytes(ISO_8859_1));
            // ten bytes of data on stream 5, of which half come in time, then another frame
            out.write(new byte[] {0, 0, 0, 5, 0, 0, 0, 10, 'h', 'e', 'l', 'l', 'o'});
            out.flush();
            revoked.await(20, TimeUnit.SECONDS);
            out.write(new byte[] {'w', 'o', 'r', 'l', 'd', 0, 0, 0, 5, 0, 0, 0, 1, '!'});
            out.flush();
            in.read();
            return false;
        });
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write(EXEC.getBytes(ISO_8859_1));
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");
            assertThat(socket.getInputStream().readNBytes(13)).endsWith('h', 'e', 'l', 'l', 'o');

            gateway.revokeAll();
            revoked.countDown();

            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void aCallerWhoStillSpeaksHearsAllThatTheClusterSaid() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        byte[] last = new byte[60_000]; // the cluster's side is rid of them at once, the caller's buffer is too small
        new Random(1).nextBytes(last);
        cluster.answer((head, in, out) -> {
            out.write(UPGRADED.getBytes(ISO_8859_1));
            out.write(last);
            out.flush();
            ended.countDown();
            return false;
        });
        agent();
        try (SSLSocket socket = connectNarrowly()) {
            socket.getOutputStream().write(EXEC.getBytes(ISO_8859_1));
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();

            for (int i = 0; i < last.length; i += 1_000) {
                socket.getOutputStream().write("are you there?".getBytes(ISO_8859_1));
                assertThat(socket.getInputStream().readNBytes(1_000)).isEqualTo(Arrays.copyOfRange(last, i, i + 1_000));
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        Eventually.until("nobody is asked about any more", () -> gateway.standings.isEmpty());
    }

    @Test
    void aRefusedUpgradePassesUnchanged() throws Exception {
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
                    .getBytes(ISO_8859_1));
            out.flush();
            return true;
        });
        agent();

        String answer = raw("GET /k8s/clusters/c-one/api/v1/namespaces/a/pods/b/exec HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer alice\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 403")
                .contains("Content-Type: application/json")
                .endsWith("{\"a\":1}");
        assertThat(cluster.heads.get(0)).contains("Sec-WebSocket-Key: x");
    }

    @Test
    void aBodyGoesUpWhole() throws Exception {
        cluster.answer((head, in, out) -> {
            int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
            long sum = 0;
            for (byte b : in.readNBytes(length)) {
                sum += b & 0xff;
            }
            return RawServer.ok(out, String.valueOf(sum));
        });
        agent();
        byte[] body = new byte[5_000_000];
        long sum = 0;
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
            sum += body[i] & 0xff;
        }

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/api/v1/x"))
                        .header("Authorization", "Bearer alice")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo(String.valueOf(sum));
    }

    private Session agent() throws Exception {
        return gateway.agent("c-one", cluster.address(), clusterAuthority);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(gateway.uri(path))
                .header("Authorization", "Bearer alice")
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path), BodyHandlers.ofString());
    }

    private static final String EXEC =
            "POST /k8s/clusters/c-one/api/v1/namespaces/a/pods/b/exec?command=sh HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer alice\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n";

    private static final String UPGRADED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n";

    private SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                .getSocketFactory()
                .createSocket("localhost", gateway.listener.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private SSLSocket connectNarrowly() throws Exception {
        Socket narrow = new Socket();
        narrow.setReceiveBufferSize(4 * 1024);
        narrow.connect(new InetSocketAddress("localhost", gateway.listener.port()));
        SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                .getSocketFactory()
                .createSocket(narrow, "localhost", gateway.listener.port(), true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String raw(String request) throws Exception {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private interface Attempt {
        Object make() throws Exception;
    }

    private static Exception failureOf(Attempt attempt) {
        try {
            attempt.make();
            return null;
        } catch (Exception e) {
            return e;
        }
    }
}

package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.DroverException;
import io.drover.api.audit.AuditTrail;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Decision;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.testkit.Eventually;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the listener and the proxy tell the audit. */
@Timeout(60)
class RecordingTest {

    private final CertificateAuthority clusterAuthority = CertificateAuthority.create(Clock.systemUTC());
    private final Notes notes = new Notes();
    private RunningGateway gateway;
    private RawServer cluster;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.audit = notes;
        cluster = new RawServer(clusterAuthority, (head, in, out) -> RawServer.ok(out, "hello"));
        client = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        gateway.cluster("c-one");
        gateway.agent("c-one", cluster.address(), clusterAuthority);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        cluster.close();
    }

    @Test
    void aProxiedRequestHasOneIdEverywhereWhateverItsCallerAndTheClusterSayOfThat() throws Exception {
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nAudit-Id: of-the-cluster\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            return true;
        });

        HttpResponse<String> answer = client.send(
                request("/k8s/clusters/c-one/api/v1/pods")
                        .header("Audit-Id", "of-the-caller")
                        .build(),
                BodyHandlers.ofString());

        Note note = notes.endOf("/k8s/clusters/c-one/api/v1/pods");
        assertThat(note.told)
                .containsExactly("caller u-alice", "acting as u-alice", "allowed true: by test", "ended 200");
        assertThat(answer.headers().allValues(AuditedCall.HEADER)).containsExactly(note.id());
        assertThat(cluster.heads.get(0))
                .containsOnlyOnce("\r\nAudit-Id: " + note.id() + "\r\n")
                .doesNotContain("of-the-caller");
    }

    @Test
    void aWatchIsToldWhenItBeginsAndWhenItEnds() throws Exception {
        var over = new CountDownLatch(1);
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n".getBytes(ISO_8859_1));
            out.flush();
            over.await(20, TimeUnit.SECONDS);
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
            out.flush();
            return true;
        });
        String path = "/k8s/clusters/c-one/api/v1/pods";
        try (InputStream body = client.send(request(path + "?watch=1").build(), BodyHandlers.ofInputStream())
                .body()) {
            body.readNBytes(5);
            assertThat(notes.of(path).told).contains("started 200").doesNotContain("ended 200");
            over.countDown();
            body.readAllBytes();
        }

        assertThat(notes.endOf(path).told).endsWith("started 200", "ended 200");
    }

    @Test
    void anUpgradedConnectionIsToldWhenItBeginsAndWhenItEnds() throws Exception {
        cluster.answer((head, in, out) -> {
            out.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nHI"
                    .getBytes(ISO_8859_1));
            out.flush();
            in.read();
            return false;
        });
        String path = "/k8s/clusters/c-one/api/v1/namespaces/a/pods/b/exec";
        try (SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                .getSocketFactory()
                .createSocket("localhost", gateway.listener.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
                                    + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n")
                            .getBytes(ISO_8859_1));
            RawServer.readHead(socket.getInputStream());
            socket.getInputStream().readNBytes(2);
            assertThat(notes.of(path).told).doesNotContain("ended 101");
        }

        assertThat(notes.endOf(path).told).endsWith("started 101", "ended 101");
    }

    @Test
    void whoIsTurnedAwayIsToldToo() throws Exception {
        client.send(
                HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/api")).build(), BodyHandlers.discarding());
        client.send(HttpRequest.newBuilder(gateway.uri("/v3/clusters")).build(), BodyHandlers.discarding());
        gateway.mayEnter.clear();
        client.send(request("/k8s/clusters/c-one/version").build(), BodyHandlers.discarding());

        assertThat(notes.endOf("/k8s/clusters/c-one/api").told).containsExactly("ended 401");
        assertThat(notes.endOf("/v3/clusters").told).containsExactly("ended 401");
        assertThat(notes.endOf("/k8s/clusters/c-one/version").told)
                .contains("caller u-alice", "ended 403")
                .anyMatch(told -> told.startsWith("allowed false"));
    }

    @Test
    void agentsAreTold() {
        assertThat(notes.of("/v3/connect/register").told).startsWith("caller system:agent:c-one", "cluster c-one");
    }

    @Test
    void bodiesAreToldWhereTheyAreWantedAndNotTooLong() throws Exception {
        notes.wantsBodies = true;
        String path = "/k8s/clusters/c-one/api/v1/things/";
        cluster.answer((head, in, out) -> {
            in.readNBytes(Integer.parseInt(head.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1")));
            return RawServer.ok(out, "hello");
        });

        put(path + "small", "{\"a\":1}");
        put(path + "large", "x".repeat(AuditedCall.MAX_BODY_BYTES + 1));

        assertThat(notes.endOf(path + "small").told)
                .contains("request application/json 7 {\"a\":1}", "response text/plain 5 hello");
        assertThat(notes.endOf(path + "large").told)
                .contains("request application/json " + (AuditedCall.MAX_BODY_BYTES + 1) + " ");
    }

    @Test
    void nothingIsDoneThatCannotBeRecorded() throws Exception {
        notes.full = true;
        assertThat(client.send(request("/k8s/clusters/c-one/api").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(503);

        gateway.audit = null;
        HttpResponse<String> none =
                client.send(request("/k8s/clusters/c-one/api").build(), BodyHandlers.ofString());
        assertThat(none.statusCode()).isEqualTo(503);
        assertThat(none.body()).contains("\"kind\":\"Status\"");
        assertThat(cluster.heads).isEmpty();
        assertThat(client.send(request("/ping").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    private void put(String path, String body) throws Exception {
        client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.uri(path))
                .header("Authorization", "Bearer alice")
                .timeout(Duration.ofSeconds(20));
    }

    /** An audit that keeps what it is told. */
    private static final class Notes implements AuditTrail {

        final List<Note> all = new CopyOnWriteArrayList<>();
        volatile boolean wantsBodies;
        volatile boolean full;

        @Override
        public AuditedCall begin(RequestHead head) {
            if (full) {
                throw DroverException.unavailable("full");
            }
            Note note = new Note(AuditedCall.newId(), head.path(), wantsBodies);
            all.add(note);
            return note;
        }

        Note of(String path) {
            return all.stream()
                    .filter(note -> note.path.equals(path))
                    .findFirst()
                    .orElseThrow();
        }

        Note endOf(String path) {
            Eventually.until(
                    "the end is told", () -> of(path).told.stream().anyMatch(told -> told.startsWith("ended")));
            return of(path);
        }
    }

    private static final class Note implements AuditedCall {

        final List<String> told = new CopyOnWriteArrayList<>();
        final String path;
        private final String id;
        private final boolean wantsBodies;

        Note(String id, String path, boolean wantsBodies) {
            this.id = id;
            this.path = path;
            this.wantsBodies = wantsBodies;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void caller(Caller caller) {
            told.add("caller " + caller.userId());
        }

        @Override
        public void actingAs(Caller caller) {
            told.add("acting as " + caller.userId());
        }

        @Override
        public void decided(Decision decision) {
            told.add("allowed " + decision.allowed() + ": " + decision.reason());
        }

        @Override
        public void signsIn(String provider, String loginName) {}

        @Override
        public void cluster(String clusterId) {
            told.add("cluster " + clusterId);
        }

        @Override
        public void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {}

        @Override
        public boolean wantsRequestBody() {
            return wantsBodies;
        }

        @Override
        public boolean wantsResponseBody() {
            return wantsBodies;
        }

        @Override
        public void requestBody(Body body) {
            told.add("request " + text(body));
        }

        @Override
        public void responseBody(Body body) {
            told.add("response " + text(body));
        }

        private static String text(Body body) {
            return body.contentType() + " " + body.length() + " " + new String(body.bytes(), UTF_8);
        }

        @Override
        public void started(int status) {
            told.add("started " + status);
        }

        @Override
        public void ended(int status) {
            told.add("ended " + status);
        }
    }
}

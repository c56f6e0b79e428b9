package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.cluster.Clusters.TunnelSession;
import io.drover.api.model.Cluster;
import io.drover.api.model.Condition;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.testkit.Eventually;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TunnelDoorTest {

    private final CertificateAuthority clusterAuthority = CertificateAuthority.create(Clock.systemUTC());
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.cluster("c-one");
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void anAgentIsRefusedInTheWordsThatItsLogIsSearchedFor() throws Exception {
        String good = RunningGateway.parameters("10.0.0.1:443", "t", clusterAuthority);

        assertThat(handshake("", good)).isEqualTo("401 failed authentication");
        assertThat(handshake("token-unknown", good)).isEqualTo("400 cluster not found");
        assertThat(handshake("token-c-one", "%%%")).startsWith("400 the parameters are not base64");
        assertThat(handshake("token-c-one", base64("{"))).startsWith("400 the parameters are not JSON");
        assertThat(handshake("token-c-one", base64("{}"))).isEqualTo("400 missing node or cluster registration info");
        assertThat(handshake("token-c-one", base64("{\"cluster\":{\"token\":\"t\",\"caCert\":\"YQ==\"}}")))
                .isEqualTo("400 invalid input, address empty");
        assertThat(handshake("token-c-one", base64("{\"node\":{}}"))).startsWith("400 node agents");
        assertThat(handshake("token-c-one", good)).startsWith("400 this is for agents");
    }

    @Test
    void whatAnAgentSaysOfItsClusterIsStoredOnce() throws Exception {
        gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);

        Cluster first = stored();
        assertThat(first.status().apiEndpoint()).isEqualTo("https://10.43.0.1:443");
        assertThat(first.status().driver()).isEqualTo("imported");
        assertThat(first.status().serviceAccountTokenSecret()).isEqualTo("secret-c-one");
        String version = version();

        gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);
        assertThat(version()).isEqualTo(version);
        assertThat(gateway.parts.clusters().tunnels())
                .extracting(TunnelSession::key)
                .containsExactly("c-one", "c-one");
    }

    @Test
    void anAgentOfAnotherClusterIsRefusedWhileTheFirstIsConnected() throws Exception {
        gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);

        CertificateAuthority other = CertificateAuthority.create(Clock.systemUTC());

        assertThat(handshake("token-c-one", RunningGateway.parameters("10.43.0.1:443", "t", other)))
                .isEqualTo("400 another cluster is connected with this registration");
        assertThat(stored().status().caCert())
                .isEqualTo(Base64.getEncoder()
                        .encodeToString(clusterAuthority.pem().getBytes(UTF_8)));
    }

    @Test
    void aStrangerWithTheRegistrationOfAClusterThatIsAwayIsRefusedAndShown() throws Exception {
        CertificateAuthority other = CertificateAuthority.create(Clock.systemUTC());
        try (RawServer stranger = cluster(other, "uid-2")) {
            known("uid-1");

            var agent = gateway.stranger("c-one", stranger.address(), other);

            Eventually.until("the session is closed", () -> !agent.isOpen());
            assertThat(stored().status().apiEndpoint()).isEqualTo("https://10.43.0.1:443");
            assertThat(Condition.find(stored().status().conditions(), "AgentRefused")
                            .orElseThrow()
                            .message())
                    .contains("uid-1", "uid-2", "cluster:rebuilt");
            assertThat(gateway.parts.clusters().tunnels()).isEmpty();
            gateway.plane.settle();
            assertThat(handshake("token-c-one", RunningGateway.parameters(stranger.address(), "t", other)))
                    .startsWith("400 another cluster is registered with this token: its kube-system has the uid uid-1");

            // and the right one comes back as ever, which ends the matter
            gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);
            assertThat(Condition.find(stored().status().conditions(), "AgentRefused")
                            .orElseThrow()
                            .isTrue())
                    .isFalse();
        }
    }

    @Test
    void aClusterWhoseCertificatesAreNewIsTheSameIfItSaysSo() throws Exception {
        CertificateAuthority renewed = CertificateAuthority.create(Clock.systemUTC());
        try (RawServer same = cluster(renewed, "uid-1")) {
            known("uid-1");

            gateway.agent("c-one", same.address(), renewed);

            Eventually.until(
                    "there is one tunnel",
                    () -> gateway.parts.clusters().tunnels().size() == 1);
            assertThat(stored().status().apiEndpoint()).isEqualTo("https://" + same.address());
            assertThat(stored().status().caCert())
                    .isEqualTo(Base64.getEncoder().encodeToString(renewed.pem().getBytes(UTF_8)));
        }
    }

    @Test
    void aClusterThatMayBeRebuiltIsTakenAsItComes() throws Exception {
        CertificateAuthority other = CertificateAuthority.create(Clock.systemUTC());
        known("");

        gateway.agent("c-one", "10.9.9.9:443", other);

        assertThat(stored().status().apiEndpoint()).isEqualTo("https://10.9.9.9:443");
    }

    /** A cluster with that identity has registered and gone again. */
    private void known(String identity) throws Exception {
        gateway.agent("c-one", "10.43.0.1:443", clusterAuthority).close("gone");
        Eventually.until(
                "the tunnel is gone", () -> gateway.parts.clusters().tunnels().isEmpty());
        gateway.plane
                .objects(Cluster.class)
                .edit(
                        "c-one",
                        found -> found.withMetadata(
                                metadata -> metadata.setAnnotations(Map.of(Cluster.IDENTITY, identity))));
        gateway.plane.settle();
    }

    private static RawServer cluster(CertificateAuthority authority, String identity) throws Exception {
        return new RawServer(
                authority,
                (head, in, out) -> RawServer.ok(
                        out,
                        head.startsWith("GET /api/v1/namespaces/kube-system ")
                                ? "{\"metadata\":{\"uid\":\"" + identity + "\"}}"
                                : ""));
    }

    @Test
    void whoListensHearsThatAClusterCameAndWent() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        gateway.parts.clusters().listen((id, reach) -> heard.add(id + " " + reach.reachable()));

        var agent = gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);
        Eventually.until("its coming is told", () -> heard.contains("c-one true"));
        assertThat(gateway.parts.clusters().reach("c-one").reachable()).isTrue();

        agent.close("leaving");
        Eventually.until("its going is told", () -> heard.get(heard.size() - 1).equals("c-one false"));
        assertThat(gateway.parts.clusters().reach("c-one").reason()).contains("not connected since");
    }

    @Test
    void brokenFramesEndOneSessionOnly() throws Exception {
        gateway.cluster("c-two");
        gateway.agent("c-two", "10.43.0.1:443", clusterAuthority);
        for (byte[] frame : List.of(
                new byte[] {(byte) 0x82, (byte) 0x81, 0, 0, 0, 0, (byte) 0x80}, // a number cut short
                new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'}, // text
                new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0, 1}, // two gigabytes
                new byte[] {(byte) 0x82, 0x01, 0x00})) { // not masked
            try (SSLSocket socket = open("token-c-one")) {
                assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");
                Eventually.until(
                        "there are two tunnels",
                        () -> gateway.parts.clusters().tunnels().size() == 2);

                socket.getOutputStream().write(frame);
                socket.getOutputStream().flush();

                Eventually.until(
                        "there is one tunnel",
                        () -> gateway.parts.clusters().tunnels().size() == 1);
            }
        }
        assertThat(gateway.parts.clusters().reach("c-two").reachable()).isTrue();
    }

    @Test
    void anAgentThatSaysMuchIsHeardToTheEnd() throws Exception {
        int length = 32 * 1024;
        byte[] unknown = {2, 2, (byte) 0xf0, 1}; // of a kind that later peers may send, and is passed over
        ByteBuffer said = ByteBuffer.allocate(100 * (length + 8) + 6);
        while (said.remaining() > 6) {
            ByteBuffer message = said.putInt(0x82fe0000 | length).putInt(0).slice();
            message.put(unknown);
            said.position(said.position() + length);
        }
        said.put(new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0});
        try (SSLSocket socket = open("token-c-one")) {
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");

            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(said.array());
                while (socket.getInputStream().readNBytes(2)[0] != (byte) 0x8a) {
                    // it is the server's own ping
                }
            }
        }
    }

    @Test
    void aClusterThatIsRemovedLosesItsTunnel() throws Exception {
        gateway.agent("c-one", "10.43.0.1:443", clusterAuthority);

        gateway.plane.objects(Cluster.class).delete("c-one");

        Eventually.until(
                "the tunnel is gone", () -> gateway.parts.clusters().tunnels().isEmpty());
    }

    private SSLSocket open(String token) throws Exception {
        SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                .getSocketFactory()
                .createSocket("localhost", gateway.listener.port());
        socket.setSoTimeout(20_000);
        String request = "GET /v3/connect HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Tunnel-Token: "
                + token
                + "\r\nX-API-Tunnel-Params: " + RunningGateway.parameters("10.43.0.1:443", "t", clusterAuthority)
                + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return socket;
    }

    private String handshake(String token, String parameters) throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .build()
                .send(
                        HttpRequest.newBuilder(gateway.uri("/v3/connect/register"))
                                .header("X-API-Tunnel-Token", token)
                                .header("X-API-Tunnel-Params", parameters)
                                .build(),
                        BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private Cluster stored() {
        return gateway.plane.objects(Cluster.class).get("c-one").orElseThrow().value();
    }

    private String version() {
        return gateway.plane
                .objects(Cluster.class)
                .get("c-one")
                .orElseThrow()
                .metadata()
                .getResourceVersion();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}

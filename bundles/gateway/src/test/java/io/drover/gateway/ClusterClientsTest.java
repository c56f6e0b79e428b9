package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.testkit.Eventually;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterClientsTest {

    private static final String NAMESPACE =
            "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"7\"}}";

    private final CertificateAuthority clusterAuthority = CertificateAuthority.create(Clock.systemUTC());
    private RunningGateway gateway;
    private RawServer cluster;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.cluster("c-one");
        cluster = new RawServer(clusterAuthority, (head, in, out) -> {
            if (head.contains("watch=true")) {
                String event = "{\"type\":\"ADDED\",\"object\":" + NAMESPACE.formatted("fresh") + "}\n";
                out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n")
                        .getBytes(ISO_8859_1));
                out.flush();
                in.read();
                return false;
            }
            String body = NAMESPACE.formatted("default");
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .getBytes(ISO_8859_1));
            out.flush();
            return true;
        });
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        cluster.close();
    }

    @Test
    void aClientGoesThroughTheTunnelAndFollowsItWhenItComesBack() throws Exception {
        var clusters = gateway.parts.clusters();
        assertThatThrownBy(() -> clusters.client("c-none"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
        assertThatThrownBy(() -> clusters.client("c-one"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE));

        var agent = gateway.agent("c-one", cluster.address(), clusterAuthority);
        var client = clusters.client("c-one");
        assertThat(client.namespaces().withName("default").get().getMetadata().getName())
                .isEqualTo("default");
        assertThat(cluster.heads.get(0))
                .contains("Authorization: Bearer sa-c-one\r\n")
                .doesNotContain("Impersonate");

        agent.close("gone");
        Eventually.until("the tunnel is gone", () -> clusters.tunnels().isEmpty());
        assertThatThrownBy(() -> client.namespaces().withName("default").get())
                .isInstanceOf(KubernetesClientException.class)
                .hasStackTraceContaining("agent is not connected");

        gateway.agent("c-one", cluster.address(), clusterAuthority);
        assertThat(clusters.client("c-one")).isSameAs(client);
        assertThat(client.namespaces().withName("default").get()).isNotNull();
    }

    @Test
    void aWatchOfAClientHearsEventsAndTheEndOfTheTunnel() throws Exception {
        var agent = gateway.agent("c-one", cluster.address(), clusterAuthority);
        var heard = new CompletableFuture<String>();
        try (var watch = gateway.parts.clusters().client("c-one").namespaces().watch(new Watcher<Namespace>() {
            @Override
            public void eventReceived(Action action, Namespace namespace) {
                heard.complete(action + " " + namespace.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {}
        })) {
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("ADDED fresh");
        }
        agent.close("done");
    }

    @Test
    void aClusterThatIsDialledDirectlyNeedsNoAgent() throws Exception {
        String caCert =
                Base64.getEncoder().encodeToString(clusterAuthority.pem().getBytes(ISO_8859_1));
        String secret = gateway.store("c-one", "direct-token");
        gateway.plane
                .objects(Cluster.class)
                .edit(
                        "c-one",
                        stored -> stored.with(value -> value.withStatus(status -> status.withDriver("eks")
                                .withEndpoint("https://" + cluster.address(), caCert, secret, true))));
        gateway.plane.settle();

        var answer = HttpClient.newBuilder()
                .sslContext(RunningGateway.trusting(gateway.authority))
                .build()
                .send(
                        HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/api/v1/namespaces/default"))
                                .header("Authorization", "Bearer alice")
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(cluster.heads.get(0)).contains("Authorization: Bearer direct-token", "Impersonate-User: u-alice");
    }
}

package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers see when an agent, the server or a right is missing, and how soon all is well again. */
@Timeout(600)
@Needs(Need.NODE)
class FailureTest {

    private static final Duration BACK = Duration.ofMinutes(2);

    private static DroverServer server;
    private static ImportedCluster cluster;
    private static Path kubeconfig;

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start();
        cluster = ImportedCluster.start(server, "itest-failure");
        kubeconfig = cluster.kubeconfig(server.admin());
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whileTheAgentIsAwayCallersAreToldAtOnceAndWhenItIsBackTheyAreServed() {
        Http admin = server.admin();
        scaleAgent(0);
        Wait.until("callers are told", BACK, () -> namespaces(admin).status() == 503);

        Http.Answer away = namespaces(admin);
        assertThat(away.json().path("kind").asText()).isEqualTo("Status");
        assertThat(away.json().path("reason").asText()).isEqualTo("ServiceUnavailable");
        assertThat(away.json().path("message").asText()).isNotEmpty();

        scaleAgent(1);
        Wait.until("the agent is back", BACK, () -> namespaces(admin).status() == 200);
    }

    @Test
    void aServerThatIsKilledEndsItsStreamsAndTheAgentComesBackToTheNextOne() {
        Http admin = server.admin();
        try (Running watch =
                cluster.startKubectl(Parts.kubectl(), kubeconfig, "get", "namespaces", "-w", "-o", "name")) {
            watch.awaitOutput("namespace/default");

            server.kill();

            assertThat(watch.awaitEnd(Duration.ofSeconds(30))).isNotNegative();
        }
        server.startAgain();
        Wait.until("the agent is back", BACK, () -> namespaces(admin).status() == 200);
    }

    @Test
    void whoMayNotEnterAClusterIsToldWhatIsMissing() {
        Http.Answer created = server.admin()
                .post(
                        "/v3/users",
                        Map.of(
                                "type",
                                "user",
                                "username",
                                "shepherd",
                                "password",
                                "an ordinary password",
                                "enabled",
                                true));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        Http.Answer bound = server.admin()
                .post(
                        "/v3/globalrolebindings",
                        Map.of(
                                "globalRoleId",
                                "user",
                                "userId",
                                created.json().path("id").asText()));
        assertThat(bound.status()).as(bound.body()).isEqualTo(201);

        Http.Answer answer = namespaces(server.with(server.signIn("shepherd", "an ordinary password")));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
        assertThat(answer.json().path("reason").asText()).isEqualTo("Forbidden");
        assertThat(answer.json().path("message").asText()).contains(cluster.id());
    }

    private static Http.Answer namespaces(Http caller) {
        return caller.get("/k8s/clusters/" + cluster.id() + "/api/v1/namespaces");
    }

    private static void scaleAgent(int replicas) {
        cluster.kubernetes()
                .kubectl("-n", "cattle-system", "scale", "deployment/cattle-cluster-agent", "--replicas=" + replicas);
    }
}

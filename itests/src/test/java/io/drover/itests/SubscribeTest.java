package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code /v3/subscribe} through a real WebSocket. */
@Timeout(120)
class SubscribeTest {

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
        Subscriber ear = Subscriber.open(
                server, "/v3/subscribe?resourceTypes=cluster", Map.of("Authorization", "Bearer " + token));

        String id = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "seen"))
                .json()
                .path("id")
                .asText();
        Wait.until("the new cluster is told", () -> ear.tells("resource.change", id));
        admin.delete("/v3/clusters/" + id);
        Wait.until("that it has gone is told", () -> ear.tells("resource.remove", id));
        Wait.until("a sign of life comes", () -> ear.tells("ping", ""));
        String name = token.substring(0, token.indexOf(':'));
        Wait.until("its beginning is recorded", () -> stages(admin, name).equals(List.of("started")));

        admin.delete("/v3/tokens/" + name);

        assertThat(ear.awaitEnd()).startsWith("1008 ");
        Wait.until("its end is recorded", () -> stages(admin, name).size() == 2);
    }

    @Test
    void aPageOfAnotherSiteCanNotSubscribeWithSomebodysCookie() throws Exception {
        String cookie = "R_SESS=" + server.signIn("admin", DroverServer.ADMIN_PASSWORD);

        assertThatThrownBy(() -> Subscriber.open(
                        server, "/v3/subscribe", Map.of("Cookie", cookie, "Origin", "https://evil.example")))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));

        Subscriber ear = Subscriber.open(
                server,
                "/v3/subscribe",
                Map.of("Cookie", cookie, "Origin", server.url().toString()));
        Wait.until("our own page is told something", ear::hasHeard);
    }

    /** Of the subscription by that token, as the audit has them. */
    private static List<String> stages(Http admin, String token) {
        return admin.get("/v3/auditlogs?path=/v3/subscribe&token=" + token)
                .json()
                .path("data")
                .findValuesAsText("stage");
    }
}

package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** After all that people do with secrets, no secret is to be read anywhere. */
class CanaryTest {

    private static final String PASSWORD = "canary-password-of-a-user";
    private static final String CHANGED = "canary-password-that-was-changed";
    private static final String WRONG = "canary-password-that-was-wrong";

    private static DroverServer server;
    private final Canaries canaries = new Canaries();

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void noSecretIsShownPrintedOrWritten() throws IOException {
        Http admin = server.admin();
        Http user = aUsersDay(admin);
        kubeconfigsAndTokens(admin);

        canaries.assertNoneIsShownTo(admin);
        canaries.assertNoneIsShownTo(user);
        canaries.assertNoneIsPrintedBy(server, List.of("user:list", "token:list", "cluster:list", "log:display"));
        canaries.assertNoneIsWrittenBy(server);
    }

    /** Is made, signs in wrongly and rightly, enrols a second factor, changes the password. */
    private Http aUsersDay(Http admin) {
        canaries.plant("the administrator's password", DroverServer.ADMIN_PASSWORD);
        canaries.plant("a user's first password", PASSWORD);
        canaries.plant("a user's later password", CHANGED);
        canaries.plant("a password that was tried", WRONG);
        String id = admin.post("/v3/users", Map.of("username", "canary", "password", PASSWORD))
                .json()
                .path("id")
                .asText();
        admin.post("/v3/globalrolebindings", Map.of("globalRoleId", "user", "userId", id));
        Http.Answer refused = server.anonymous()
                .post("/v3-public/localProviders/local?action=login", Map.of("username", "canary", "password", WRONG));
        assertThat(refused.status()).isEqualTo(401);
        canaries.assertNoneIn("a refused sign-in", refused.body());
        Http user = server.with(server.signIn("canary", PASSWORD));
        canaries.plant("a session's secret", secret(user.token()));
        JsonNode enrolment = user.post("/v3/users?action=enrolmfa", Map.of()).json();
        canaries.plant("the seed of a second factor", enrolment.path("secret").asText());
        assertThat(user.post(
                                "/v3/users?action=changepassword",
                                Map.of("currentPassword", PASSWORD, "newPassword", CHANGED))
                        .status())
                .isEqualTo(200);
        return user;
    }

    private void kubeconfigsAndTokens(Http admin) {
        canaries.plant("the administrator's session", secret(admin.token()));
        String made = admin.post("/v3/tokens", Map.of("description", "ci"))
                .json()
                .path("token")
                .asText();
        canaries.plant("an API token's secret", secret(made));
        String cluster = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "canary"))
                .json()
                .path("id")
                .asText();
        String config = admin.post("/v3/clusters/" + cluster + "?action=generateKubeconfig", Map.of())
                .json()
                .path("config")
                .asText();
        canaries.plant("a kubeconfig's secret", config.replaceAll("(?s).*token: \"[^:]*:([^\"]*)\".*", "$1"));
    }

    private static String secret(String token) {
        return token.substring(token.indexOf(':') + 1);
    }
}

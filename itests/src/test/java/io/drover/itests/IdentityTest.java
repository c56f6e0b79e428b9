package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, who doesn't, and how he is told. */
class IdentityTest {

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
    void theFirstAdministratorSignsInWithTheGivenPassword() {
        Http.Answer users = server.admin().get("/v3/users?me=true");

        assertThat(users.status()).isEqualTo(200);
        assertThat(users.json().at("/data/0/username").asText()).isEqualTo("admin");
    }

    @Test
    void aWrongPasswordIsRefusedWithoutSayingWhatWasWrong() {
        Http.Answer wrongPassword = signIn("admin", "not this one");
        Http.Answer wrongUser = signIn("nobody", "not this one");

        assertThat(wrongPassword.status()).isEqualTo(401);
        assertThat(wrongUser.status()).isEqualTo(401);
        assertThat(wrongPassword.json().path("code")).isEqualTo(wrongUser.json().path("code"));
        assertThat(wrongPassword.json().path("message"))
                .isEqualTo(wrongUser.json().path("message"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "token-none1:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
                "no-colon",
                ":",
                "a:",
                ":b",
                "token-x:y:z",
                "../../etc:passwd"
            })
    void whoShowsNoGoodTokenIsTurnedAwayWithAStatus(String token) {
        Http.Answer answer = server.with(token).get("/k8s/clusters/local/api/v1/namespaces");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
        assertThat(answer.json().path("code").asInt()).isEqualTo(401);
        assertThat(answer.json().path("reason").asText()).isEqualTo("Unauthorized");
    }

    @Test
    void theApiTurnsAStrangerAwayInItsOwnWords() {
        Http.Answer answer = server.anonymous().get("/v3/clusters");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("type").asText()).isEqualTo("error");
    }

    @Test
    void aTokenThatWasRevokedIsWorthNothing() {
        String token = server.signIn("admin", DroverServer.ADMIN_PASSWORD);
        Http caller = server.with(token);
        assertThat(caller.get("/v3/tokens").status()).isEqualTo(200);

        String name = token.substring(0, token.indexOf(':'));
        assertThat(server.admin().delete("/v3/tokens/" + name).status()).isLessThan(300);

        Wait.until(
                "the revoked token is refused", () -> caller.get("/v3/tokens").status() == 401);
    }

    @Test
    void anUnknownClusterIsSaidToBeUnknown() {
        Http.Answer answer = server.admin().get("/k8s/clusters/c-nope1/api/v1/namespaces");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
    }

    @Test
    void thePasswordIsNeitherInTheLogNorInTheStore() throws IOException {
        server.admin();

        assertThat(FileSearch.containing(server.data(), DroverServer.ADMIN_PASSWORD))
                .isEmpty();
    }

    private static Http.Answer signIn(String user, String password) {
        return server.anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of("username", user, "password", password, "responseType", "json"));
    }
}

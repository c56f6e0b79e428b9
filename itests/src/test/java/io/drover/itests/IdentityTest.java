package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    void kubectlsHelperGetsATokenThatItsUserSignsInForInABrowser(@TempDir Path home) throws IOException {
        Path helper = home.resolve("drover-token");
        Files.writeString(
                helper, server.anonymous().get("/v3-public/drover-token").body());
        String token;
        try (Running waiting = helper(home, helper)) {
            waiting.awaitOutput("The page shows the code");
            String page = waiting.output();
            assertThat(server.anonymous()
                            .post(
                                    "/v3-public/localProviders/local?action=login",
                                    Map.of(
                                            "username",
                                            "admin",
                                            "password",
                                            DroverServer.ADMIN_PASSWORD,
                                            "responseType",
                                            "kubeconfig",
                                            "requestId",
                                            page.replaceAll("(?s).*requestId=([^&]*).*", "$1"),
                                            "publicKey",
                                            URLDecoder.decode(
                                                    page.replaceAll("(?s).*publicKey=([^&]*).*", "$1"),
                                                    StandardCharsets.UTF_8)))
                            .status())
                    .isEqualTo(200);
            assertThat(waiting.awaitEnd(Duration.ofSeconds(30))).isZero();
            token = waiting.output().replaceAll("(?s).*\"token\":\"([^\"]*)\".*", "$1");
        }
        assertThat(server.with(token).get("/v3").status()).isEqualTo(200);

        try (Running again = helper(home, helper)) {
            assertThat(again.awaitEnd(Duration.ofSeconds(30))).isZero();
            assertThat(again.output()).contains(token);
        }
        Path kept = FileSearch.containing(home, token).get(0);
        assertThat(Files.getPosixFilePermissions(kept))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

        server.admin().delete("/v3/tokens/" + token.substring(0, token.indexOf(':')));
        try (Running after = helper(home, helper)) {
            after.awaitOutput("The page shows the code");
        }
    }

    private static Running helper(Path home, Path helper) {
        String authority = Base64.getEncoder()
                .encodeToString(server.anonymous().get("/cacerts").body().getBytes(StandardCharsets.UTF_8));
        String info =
                "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"spec\":{\"cluster\":{"
                        + "\"server\":\"" + server.url() + "/k8s/clusters/local\",\"certificate-authority-data\":\""
                        + authority
                        + "\"},\"interactive\":false}}";
        return Running.start(
                Map.of("HOME", home.toString(), "XDG_CACHE_HOME", "", "KUBERNETES_EXEC_INFO", info, "NO_PROXY", "*"),
                List.of("sh", helper.toString(), "token", "--user=lab", "--browser"));
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

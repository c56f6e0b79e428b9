package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, who doesn't, and how he is told. */
class IdentityTest {

    /** What curl writes when the connection was closed. */
    private static final String NO_ANSWER = "000";

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
    void kubectlsHelperGetsATokenThatItsUserSignsInForOnAnotherMachine(@TempDir Path home) throws IOException {
        Path helper = helper(home);
        String token;
        try (Running waiting = run(home, helper, Map.of(), "--device")) {
            waiting.awaitOutput("Tell it to nobody");
            String code = waiting.output().replaceAll("(?s).*type the code ([A-Z-]*) there.*", "$1");
            assertThat(server.anonymous()
                            .post("/v3-public/authTokens?action=look", Map.of("userCode", code))
                            .json()
                            .path("address")
                            .asText())
                    .isEqualTo("127.0.0.1");
            assertThat(signIn(Map.of("userCode", code)).status()).isEqualTo(200);
            assertThat(waiting.awaitEnd(Duration.ofSeconds(60))).isZero();
            token = tokenIn(waiting.output());
        }
        assertThat(server.with(token).get("/v3").status()).isEqualTo(200);

        try (Running again = run(home, helper, Map.of(), "--device")) {
            assertThat(again.awaitEnd(Duration.ofSeconds(60))).isZero();
            assertThat(again.output()).contains(token);
        }
        Path kept = FileSearch.containing(home, token).get(0);
        assertThat(Files.getPosixFilePermissions(kept))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

        server.admin().delete("/v3/tokens/" + token.substring(0, token.indexOf(':')));
        Wait.until("the token is gone", () -> server.with(token).get("/v3").status() == 401);
        try (Running after = run(home, helper, Map.of(), "--device")) {
            after.awaitOutput("type the code");
        }
    }

    @Test
    void kubectlsHelperIsToldByTheBrowserOfItsOwnMachineWhereItsTokenWaits(@TempDir Path home) throws Exception {
        Path helper = helper(home);
        Path browser = Files.writeString(home.resolve("xdg-open"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
        Map<String, String> desktop =
                Map.of("DISPLAY", ":0", "PATH", home + File.pathSeparator + System.getenv("PATH"));
        try (Running waiting = run(home, helper, desktop, "--browser")) {
            waiting.awaitOutput("responseType=kubeconfig");
            String page = waiting.output();
            String id = signIn(Map.of(
                            "publicKey",
                            URLDecoder.decode(
                                    page.replaceAll("(?s).*publicKey=([^&]*).*", "$1"), StandardCharsets.UTF_8)))
                    .json()
                    .path("id")
                    .asText();
            String listener = "http://127.0.0.1:" + page.replaceAll("(?s).*[?]port=([0-9]*).*", "$1") + "/?code=" + id
                    + "&state=";

            assertThat(get(listener + "of-somebody-else")).isEqualTo(404);
            assertThat(get(listener + page.replaceAll("(?s).*&state=([0-9a-f]*).*", "$1")))
                    .isEqualTo(200);

            assertThat(waiting.awaitEnd(Duration.ofSeconds(60))).isZero();
            String token = tokenIn(waiting.output());
            assertThat(server.with(token).get("/v3").status()).isEqualTo(200);
            assertThat(page).doesNotContain(token);
        }
    }

    private static int get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static String tokenIn(String credential) {
        return credential.replaceAll("(?s).*\"token\":\"([^\"]*)\".*", "$1");
    }

    private static Path helper(Path home) throws IOException {
        return Files.writeString(
                home.resolve("drover-token"),
                server.anonymous().get("/v3-public/drover-token").body());
    }

    private static Running run(Path home, Path helper, Map<String, String> more, String way) {
        String authority = Base64.getEncoder()
                .encodeToString(server.anonymous().get("/cacerts").body().getBytes(StandardCharsets.UTF_8));
        String info =
                "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"spec\":{\"cluster\":{"
                        + "\"server\":\"" + server.url() + "/k8s/clusters/local\",\"certificate-authority-data\":\""
                        + authority
                        + "\"},\"interactive\":false}}";
        Map<String, String> environment = new HashMap<>(
                Map.of("HOME", home.toString(), "XDG_CACHE_HOME", "", "KUBERNETES_EXEC_INFO", info, "NO_PROXY", "*"));
        environment.putAll(more);
        return Running.start(environment, List.of("sh", helper.toString(), "token", "--user=lab", way));
    }

    private static Http.Answer signIn(Map<String, String> program) {
        Map<String, String> body = new HashMap<>(
                Map.of("username", "admin", "password", DroverServer.ADMIN_PASSWORD, "responseType", "kubeconfig"));
        body.putAll(program);
        return server.anonymous().post("/v3-public/localProviders/local?action=login", body);
    }

    @Test
    void aFloodOfWrongPasswordsIsTurnedAwayAndHoldsNobodyUp() throws IOException {
        Http admin = server.admin();
        String password = "a correct horse of somebody else";
        admin.post("/v3/users", Map.of("username", "flooded", "password", password));
        try (Running known = flood("flooded");
                Running unknown = flood("nobody-at-all")) {
            Wait.until(
                    "a thousand were turned away in all",
                    Duration.ofMinutes(2),
                    () -> Math.min(answers(known), answers(unknown)) > 500);
            for (int i = 0; i < 5; i++) {
                long before = answers(known);
                assertThat(server.with(server.signIn("flooded", password))
                                .get("/v3/users?me=true")
                                .status())
                        .as("whose password is guessed, from elsewhere")
                        .isEqualTo(200);
                assertThat(admin.get("/v3/users?me=true").status()).isEqualTo(200);
                assertThat(admin.get("/k8s/clusters/local/api/v1/namespaces").status())
                        .isEqualTo(200);
                Wait.until("the flood goes on", () -> answers(known) > before + 50);
            }
            assertThat(kindsOfAnswers(known)).contains("401").isSubsetOf("401", NO_ANSWER);
            assertThat(kindsOfAnswers(unknown)).contains("401").isSubsetOf("401", NO_ANSWER);
        }
    }

    /** Somebody at another address who tries wrong passwords as fast as he can; what he is answered is his output, a line each. */
    private static Running flood(String name) {
        return Running.start(
                Map.of("NO_PROXY", "*"),
                List.of(
                        "sh",
                        "-c",
                        "exec stdbuf -oL curl \"$@\" 2>/dev/null",
                        "curl",
                        "--silent",
                        "--http1.1",
                        "--insecure",
                        "--interface",
                        "127.66.77.1",
                        "--parallel",
                        "--parallel-max",
                        "16",
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}\n",
                        "--header",
                        "Content-Type: application/json",
                        "--data",
                        "{\"username\":\"" + name + "\",\"password\":\"wrong\"}",
                        server.url() + "/v3-public/localProviders/local?action=login&n=[1-1000000]"));
    }

    private static long answers(Running flood) {
        return flood.output().lines().count();
    }

    private static Set<String> kindsOfAnswers(Running flood) {
        String output = flood.output();
        return output.substring(0, output.lastIndexOf('\n')).lines().collect(Collectors.toSet());
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

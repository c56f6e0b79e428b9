package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.model.Token;
import io.drover.rest.ApiServer.Answer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program gets a token that its user signed in for in a browser. */
class BrowserSignInTest {

    private static final String PASSWORD = "correct-horse-battery";
    private static ApiServer server;
    private static KeyPair keys;

    @BeforeAll
    static void start() throws Exception {
        server = new ApiServer();
        server.user("u-plain", "jo", "Jo");
        server.signIns.givePassword("u-plain", PASSWORD);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theProgramAloneCanReadTheTokenThatWaitsForIt() throws Exception {
        String request = "aB3".repeat(10) + "xy";
        assertThat(server.as("", "GET", "/v3-public/authTokens/" + request, null)
                        .status())
                .isEqualTo(404);

        Answer signedIn = signIn(request, json((RSAPublicKey) keys.getPublic()));

        assertThat(signedIn.status()).isEqualTo(200);
        assertThat(signedIn.text()).doesNotContain(FakeSignIns.SECRET);
        Answer waiting = server.as("", "GET", "/v3-public/authTokens/" + request, null);
        assertThat(waiting.at("/type").asText()).isEqualTo("authToken");
        assertThat(waiting.json().has("expiresAt")).isTrue();
        assertThat(decrypted(waiting.at("/token").asText())).matches("kubeconfig-u-plain[^:]*:" + FakeSignIns.SECRET);
        assertThat(server.as("", "DELETE", "/v3-public/authtokens/" + request, null)
                        .status())
                .isEqualTo(204);
        assertThat(server.as("", "GET", "/v3-public/authTokens/" + request, null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theKeyMayComeAsOtherProgramsWriteIt() throws Exception {
        String der = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());

        assertThat(signIn("0123456789abcdef", der).status()).isEqualTo(200);
        assertThat(signIn("0123456789abcdef", der).status())
                .as("one waits there already")
                .isEqualTo(409);
        assertThat(decrypted(server.as("", "GET", "/v3-public/authTokens/0123456789abcdef", null)
                        .at("/token")
                        .asText()))
                .endsWith(FakeSignIns.SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not base 64",
                "e30=",
                "eyJOIjoxNSwiRSI6M30=",
                "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ=="
            })
    void aKeyThatIsNoneOrTooShortIsRefusedBeforeAnybodySignsIn(String key) throws Exception {
        int before = server.plane.objects(Token.class).list().size();

        Answer answer = signIn("fedcba9876543210", key);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("/fieldName").asText()).isEqualTo("publicKey");
        assertThat(server.plane.objects(Token.class).list()).hasSize(before);
    }

    @Test
    void aProgramOfTheBrowsersMachineIsToldThroughTheBrowserWhereItsTokenWaits() throws Exception {
        Answer signedIn = signIn(Map.of("publicKey", json((RSAPublicKey) keys.getPublic())));

        assertThat(signedIn.status()).isEqualTo(200);
        assertThat(signedIn.text()).doesNotContain(FakeSignIns.SECRET);
        String id = signedIn.at("/id").asText();
        assertThat(id).hasSizeGreaterThanOrEqualTo(40);
        assertThat(decrypted(server.as("", "GET", "/v3-public/authTokens/" + id, null)
                        .at("/token")
                        .asText()))
                .endsWith(FakeSignIns.SECRET);
    }

    @Test
    void aProgramElsewhereShowsACodeAndWhoTypesItIsToldWhoAsksForWhat() throws Exception {
        Answer begun = begin(server, "kubeconfig_c-abcde");
        assertThat(begun.status()).isEqualTo(201);
        assertThat(begun.at("/verificationUrl").asText()).endsWith("/v3-public/device");
        String code = begun.at("/userCode").asText();
        String typed = code.toLowerCase(Locale.ROOT).replace("-", " ");
        String waiting = "/v3-public/authTokens/" + begun.at("/id").asText();
        assertThat(server.as("", "GET", waiting, null).status()).isEqualTo(404);

        Answer look = server.as("", "POST", "/v3-public/authTokens?action=look", "{\"userCode\":\"" + typed + "\"}");
        assertThat(look.at("/address").asText()).isEqualTo("127.0.0.1");
        assertThat(look.at("/responseType").asText()).isEqualTo("kubeconfig_c-abcde");
        assertThat(look.text()).doesNotContain(begun.at("/id").asText());
        Answer signedIn = signIn(Map.of("userCode", typed, "responseType", "cookie"));

        assertThat(signedIn.status()).isEqualTo(200);
        assertThat(signedIn.text()).doesNotContain(begun.at("/id").asText());
        String token =
                decrypted(server.as("", "GET", waiting, null).at("/token").asText());
        assertThat(token).endsWith(FakeSignIns.SECRET);
        assertThat(server.plane
                        .objects(Token.class)
                        .get(token.substring(0, token.indexOf(':')))
                        .orElseThrow()
                        .value()
                        .clusterName())
                .as("what the program asked for, not what the page says")
                .isEqualTo("c-abcde");
        assertThat(signIn(Map.of("userCode", code)).status())
                .as("the code is used up")
                .isEqualTo(404);
    }

    @Test
    void whoAsksTooOftenWaitsWithTooManyOrGuessesCodesIsToldToSlowDown() throws Exception {
        try (ApiServer still = new ApiServer(Clock.fixed(Instant.now(), ZoneOffset.UTC))) {
            assertThat(statuses(5, () -> still.as("", "GET", "/v3-public/authTokens/0123456789abcdef", null)))
                    .containsExactly(404, 404, 404, 429, 429);
            assertThat(still.as("", "GET", "/v3-public/authTokens/another-program0", null)
                            .status())
                    .isEqualTo(404);
            assertThat(statuses(21, () -> begin(still, "kubeconfig")))
                    .startsWith(201)
                    .endsWith(429)
                    .containsOnlyOnce(429);
            assertThat(statuses(
                            21,
                            () -> still.as(
                                    "", "POST", "/v3-public/authTokens?action=look", "{\"userCode\":\"BCDF-GHJK\"}")))
                    .startsWith(404)
                    .endsWith(429)
                    .containsOnlyOnce(429);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "session", "kubeconfig_../x", "cookie"})
    void aProgramElsewhereAsksForAccessToClustersAndNothingElse(String responseType) throws Exception {
        assertThat(begin(server, responseType).status()).isEqualTo(422);
    }

    private static List<Integer> statuses(int times, Callable<Answer> call) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            statuses.add(call.call().status());
        }
        return statuses;
    }

    private static Answer begin(ApiServer at, String responseType) throws Exception {
        return at.as(
                "",
                "POST",
                "/v3-public/authTokens",
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "publicKey",
                                Base64.getEncoder()
                                        .encodeToString(keys.getPublic().getEncoded()),
                                "responseType",
                                responseType)));
    }

    @Test
    void thePageRunsNoScriptButItsOwn() throws Exception {
        Answer page = server.as("", "GET", "/v3-public/sign-in?requestId=%22%3E%3Cscript%3E", null);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.text()).doesNotContain("\"><script>").doesNotContain("<script>");
        assertThat(server.as("", "GET", "/v3-public/sign-in.js", null).text()).doesNotContain("innerHTML");
        Answer back = server.as("", "GET", "/verify-auth?code=a&state=b", null);
        assertThat(back.text()).as("where providers send browsers back to").isEqualTo(page.text());
        assertThat(back.header("Content-Security-Policy")).isEqualTo(page.header("Content-Security-Policy"));
        assertThat(server.as("", "GET", "/login?requestId=a&publicKey=b", null).header("Location"))
                .hasValueSatisfying(
                        location -> assertThat(location).endsWith("/v3-public/sign-in?requestId=a&publicKey=b"));
    }

    private static Answer signIn(String request, String key) throws Exception {
        return signIn(Map.of("requestId", request, "publicKey", key));
    }

    private static Answer signIn(Map<String, String> program) throws Exception {
        Map<String, String> body =
                new HashMap<>(Map.of("username", "jo", "password", PASSWORD, "responseType", "kubeconfig"));
        body.putAll(program);
        return server.as(
                "",
                "POST",
                "/v3-public/localProviders/local?action=login",
                new ObjectMapper().writeValueAsString(body));
    }

    /** As Go writes a key. */
    private static String json(RSAPublicKey key) {
        String json = "{\"N\":" + key.getModulus() + ",\"E\":" + key.getPublicExponent() + "}";
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String decrypted(String token) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                keys.getPrivate(),
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return new String(cipher.doFinal(Base64.getDecoder().decode(token)), StandardCharsets.UTF_8);
    }
}

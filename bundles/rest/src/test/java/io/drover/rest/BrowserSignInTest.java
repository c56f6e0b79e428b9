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
import java.util.Base64;
import java.util.Map;
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
    void thePageRunsNoScriptButItsOwn() throws Exception {
        Answer page = server.as("", "GET", "/v3-public/sign-in?requestId=%22%3E%3Cscript%3E", null);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.text()).doesNotContain("\"><script>").doesNotContain("<script>");
        assertThat(server.as("", "GET", "/v3-public/sign-in.js", null).text()).doesNotContain("innerHTML");
        assertThat(server.as("", "GET", "/login?requestId=a&publicKey=b", null).header("Location"))
                .hasValueSatisfying(
                        location -> assertThat(location).endsWith("/v3-public/sign-in?requestId=a&publicKey=b"));
    }

    private static Answer signIn(String request, String key) throws Exception {
        return server.as(
                "",
                "POST",
                "/v3-public/localProviders/local?action=login",
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "username",
                                "jo",
                                "password",
                                PASSWORD,
                                "responseType",
                                "kubeconfig",
                                "requestId",
                                request,
                                "publicKey",
                                key)));
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

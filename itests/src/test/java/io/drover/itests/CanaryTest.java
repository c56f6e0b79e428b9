package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.itests.Processes.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Path audit = server.data().resolve("etc/io.drover.audit.cfg");
        Files.writeString(audit, Files.readString(audit).replace("level = metadata", "level = response"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void noSecretIsShownPrintedOrWritten(@TempDir Path backups) throws IOException {
        Http admin = server.admin();
        Wait.until("answers are audited", () -> {
            String id = admin.get("/v3/settings/cacerts")
                    .headers()
                    .firstValue("Audit-Id")
                    .orElseThrow();
            return admin.get("/v3/auditlogs?requestId=" + id).body().contains("responseBody");
        });
        Http user = aUsersDay(admin);
        kubeconfigsAndTokens(admin);
        identityProviders(admin);
        aProgramsSignIn();

        canaries.assertNoneIsShownTo(admin);
        canaries.assertNoneIsShownTo(user);
        for (String role : List.of("user-base", "users-manage", "authn-manage", "settings-manage")) {
            canaries.assertNoneIsShownTo(somebodyWith(admin, role));
        }
        canaries.assertNoneIn("/metrics", admin.get("/metrics").body());
        Path passphrase = Files.writeString(backups.resolve("passphrase"), "only for this backup\n");
        Path backup = backups.resolve("backup");
        Result made = server.console("drover:backup --passphrase-file " + passphrase + " " + backup);
        assertThat(backup).as(made.output()).exists();
        canaries.assertNoneIsIn(backups);
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

    private static Http somebodyWith(Http admin, String role) {
        String name = "with-" + role;
        String password = "password of " + name;
        String id = admin.post("/v3/users", Map.of("username", name, "password", password))
                .json()
                .path("id")
                .asText();
        admin.post("/v3/globalrolebindings", Map.of("globalRoleId", role, "userId", id));
        return server.with(server.signIn(name, password));
    }

    /** Every kind of provider keeps a secret of its own. */
    private void identityProviders(Http admin) {
        Map<String, String> secrets = Map.of(
                "activeDirectoryConfigs/activedirectory", "serviceAccountPassword",
                "openLdapConfigs/openldap", "serviceAccountPassword",
                "freeIpaConfigs/freeipa", "serviceAccountPassword",
                "githubConfigs/github", "clientSecret",
                "oidcConfigs/oidc", "clientSecret",
                "keyCloakOIDCConfigs/keycloakoidc", "clientSecret");
        secrets.forEach((config, field) -> {
            String secret = "canary-in-" + config;
            canaries.plant("the secret of " + config, secret);
            Http.Answer put = admin.put("/v3/" + config, Map.of("enabled", false, field, secret));
            assertThat(put.status()).as(put.body()).isEqualTo(200);
            canaries.assertNoneIn(config, put.body());
        });
    }

    /** A token that waits for a program waits sealed. */
    private void aProgramsSignIn() {
        KeyPair keys = keys();
        Http.Answer waiting = server.anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of(
                                "username",
                                "canary",
                                "password",
                                CHANGED,
                                "responseType",
                                "kubeconfig",
                                "publicKey",
                                Base64.getEncoder()
                                        .encodeToString(keys.getPublic().getEncoded())));
        String id = waiting.json().path("id").asText();
        Wait.until(
                "the token is there",
                () -> server.anonymous().get("/v3-public/authTokens/" + id).status() == 200);
        String sealed = server.anonymous()
                .get("/v3-public/authTokens/" + id)
                .json()
                .path("token")
                .asText();
        canaries.plant("a waiting token", secret(opened(keys, sealed)));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String opened(KeyPair keys, String sealed) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    keys.getPrivate(),
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            return new String(cipher.doFinal(Base64.getDecoder().decode(sealed)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
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

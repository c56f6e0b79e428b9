package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.itests.Processes.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After all that people do with secrets, no secret is to be read anywhere. */
class CanaryTest {

    private static final String PASSWORD = "canary-password-of-a-user";
    private static final String CHANGED = "canary-password-that-was-changed";
    private static final String GIVEN = "canary-password-that-an-administrator-gave";
    private static final String WRONG = "canary-password-that-was-wrong";

    private static final Path VENDORS_DRIVER =
            Distribution.SOURCES.resolve("itests/vendor-driver/target/pasture-0.1.0-SNAPSHOT.jar");

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
        List<SecretField> marked = SecretField.all(VENDORS_DRIVER);
        Http admin = server.admin();
        Wait.until("answers are audited", () -> {
            String id = admin.get("/v3/settings/cacerts")
                    .headers()
                    .firstValue("Audit-Id")
                    .orElseThrow();
            return admin.get("/v3/auditlogs?requestId=" + id).body().contains("responseBody");
        });
        Http user = aUsersDay(admin);
        String cluster = kubeconfigsAndTokens(admin);
        identityProviders(admin, marked);
        aVendorsCluster(admin);
        aProgramsSignIn();
        canaries.assertNoneIsShownTo(admin);

        // What an agent registers with is shown to those who own the cluster, and to nobody else.
        aRegistration(admin, cluster);
        canaries.assertEachHeldOne(marked);
        canaries.assertNoneIsShownTo(user);
        for (String role : List.of("user-base", "users-manage", "authn-manage", "settings-manage")) {
            canaries.assertNoneIsShownTo(somebodyWith(admin, role));
        }
        canaries.assertNoneIn(
                "/v3/auditlogs", admin.get("/v3/auditlogs?limit=1000").body());
        canaries.assertNoneIn("/metrics", admin.get("/metrics").body());
        Path passphrase = Files.writeString(backups.resolve("passphrase"), "only for this backup\n");
        Path backup = backups.resolve("backup");
        Result made = server.console("drover:backup --passphrase-file " + passphrase + " " + backup);
        assertThat(backup).as(made.output()).exists();
        canaries.assertNoneIsIn(backups);
        canaries.assertNoneIsPrintedBy(server, List.of("user:list", "token:list", "cluster:list", "log:display"));
        canaries.assertNoneIsWrittenBy(server);
    }

    /** Is made, signs in wrongly and rightly, enrols a second factor, proves too little, changes the password, is given another. */
    private Http aUsersDay(Http admin) {
        canaries.plant("the administrator's password", DroverServer.ADMIN_PASSWORD);
        canaries.plant(
                "a user's first password", PASSWORD, "User.password", "UserHooks.ChangePasswordInput.currentPassword");
        canaries.plant("a user's later password", CHANGED, "UserHooks.ChangePasswordInput.newPassword");
        canaries.plant("a password that was given to him", GIVEN, "UserHooks.SetPasswordInput.newPassword");
        canaries.plant("a password that was tried", WRONG, "PublicSchemas.BasicLogin.password");
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
        secondFactor(user);
        refused(
                user,
                "a password elsewhere",
                "/v3/principals?action=link",
                Map.of("provider", "openldap", "username", "canary", "password", "%s"),
                "PrincipalHooks.LinkPrincipalInput.password");
        refused(
                user,
                "a code from elsewhere",
                "/v3/principals?action=link",
                Map.of("provider", "github", "code", "%s", "state", "none"),
                "PrincipalHooks.LinkPrincipalInput.code");
        assertThat(user.post(
                                "/v3/users?action=changepassword",
                                Map.of("currentPassword", PASSWORD, "newPassword", CHANGED))
                        .status())
                .isEqualTo(200);
        assertThat(admin.post("/v3/users/" + id + "?action=resetmfa", Map.of()).status())
                .isEqualTo(200);
        assertThat(admin.post("/v3/users/" + id + "?action=setpassword", Map.of("newPassword", GIVEN))
                        .status())
                .isEqualTo(200);
        Http again = server.with(server.signIn("canary", GIVEN));
        canaries.plant("a later session's secret", secret(again.token()));
        return again;
    }

    private void secondFactor(Http user) {
        JsonNode enrolment = user.post("/v3/users?action=enrolmfa", Map.of()).json();
        String seed = enrolment.path("secret").asText();
        canaries.plant("the seed of a second factor", seed, "UserHooks.MfaEnrolment.secret");
        canaries.plant(
                "the seed as it is shown to a telephone", enrolment.path("uri").asText(), "UserHooks.MfaEnrolment.uri");
        refused(user, "a code", "/v3/users?action=confirmmfa", Map.of("code", "%s"), "UserHooks.MfaCodeInput.code");
        Http.Answer enrolled = user.post("/v3/users?action=confirmmfa", Map.of("code", codeNow(seed)));
        assertThat(enrolled.status()).as(enrolled.body()).isEqualTo(200);
        enrolled.json()
                .path("codes")
                .forEach(code -> canaries.plant(
                        "the recovery code " + code.asText(), code.asText(), "UserHooks.MfaRecoveryCodes.codes"));
        String first = enrolled.json().at("/codes/0").asText();
        assertThat(user.post("/v3/users?action=renewrecoverycodes", Map.of("code", first))
                        .status())
                .isEqualTo(200);
    }

    /** What a telephone shows now, as RFC 6238 has it. */
    private static String codeNow(String seed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base32.decode(seed), "HmacSHA1"));
            ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(ByteBuffer.allocate(Long.BYTES)
                    .putLong(Instant.now().getEpochSecond() / 30)
                    .array()));
            int number = digest.getInt(digest.get(digest.limit() - 1) & 0xf) & Integer.MAX_VALUE;
            return String.format("%06d", number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a secret that proves nothing. */
    private void refused(Http caller, String what, String path, Map<String, String> body, String field) {
        String secret = "canary-in-" + field;
        canaries.plant(what + " that proves nothing", secret, field);
        Map<String, String> sent = new HashMap<>(body);
        sent.replaceAll((name, value) -> value.replace("%s", secret));
        Http.Answer answer = caller.post(path, sent);
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        canaries.assertNoneIn(path, answer.body());
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

    /** Every kind of provider keeps secrets of its own. */
    private void identityProviders(Http admin, List<SecretField> marked) {
        admin.get("/v3/authConfigs").json().path("data").forEach(config -> {
            String type = config.path("type").asText();
            Map<String, Object> settings = new HashMap<>(Map.of("enabled", false));
            marked.stream().filter(field -> field.type().equals(type)).forEach(field -> {
                String secret = "canary-in-" + type + "-" + field.field();
                canaries.plant(field + " of a provider", secret, field.toString());
                settings.put(field.field(), secret);
            });
            if (settings.size() > 1) {
                String path = "/v3/" + type + "s/" + config.path("id").asText();
                Http.Answer put = admin.put(path, settings);
                assertThat(put.status()).as(put.body()).isEqualTo(200);
                canaries.assertNoneIn(path, put.body());
            }
        });
    }

    /** A driver's settings have secrets that Drover never heard of before. */
    private void aVendorsCluster(Http admin) throws IOException {
        Path whole = Files.copy(VENDORS_DRIVER, server.data().resolve("tmp/pasture.jar"));
        Files.move(whole, server.data().resolve("deploy/pasture.jar"));
        Wait.until(
                "the driver is there",
                () -> admin.get("/v3/schemas/cluster").body().contains("pastureEngineConfig"));
        String secret = "canary-in-a-driver's-settings";
        canaries.plant("a secret of a driver's", secret, "PastureSettings.token");
        Http.Answer made = admin.post(
                "/v3/clusters",
                Map.of(
                        "type",
                        "cluster",
                        "name",
                        "meadow",
                        "pastureEngineConfig",
                        Map.of(
                                "server",
                                "https://127.0.0.1:1",
                                "caCertificate",
                                admin.get("/cacerts").body(),
                                "token",
                                secret)));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        canaries.assertNoneIn("a cluster that was made", made.body());
    }

    /** A token that waits for a program waits sealed. */
    private void aProgramsSignIn() {
        KeyPair keys = SealedTokens.newKeys();
        Http.Answer waiting = server.anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of(
                                "username",
                                "canary",
                                "password",
                                GIVEN,
                                "responseType",
                                "kubeconfig",
                                "publicKey",
                                SealedTokens.shown(keys)));
        String id = waiting.json().path("id").asText();
        canaries.plant("a waiting token", secret(SealedTokens.await(server, id, keys)), "SamlToken.token");
    }

    private String kubeconfigsAndTokens(Http admin) {
        canaries.plant("the administrator's session", secret(admin.token()));
        String made = admin.post("/v3/tokens", Map.of("description", "ci"))
                .json()
                .path("token")
                .asText();
        canaries.plant("an API token's secret", secret(made), "Token.token");
        String cluster = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "canary"))
                .json()
                .path("id")
                .asText();
        String config = admin.post("/v3/clusters/" + cluster + "?action=generateKubeconfig", Map.of())
                .json()
                .path("config")
                .asText();
        canaries.plant("a kubeconfig's secret", config.replaceAll("(?s).*token: \"[^:]*:([^\"]*)\".*", "$1"));
        return cluster;
    }

    private void aRegistration(Http admin, String cluster) {
        String path = "/v3/clusters/" + cluster + "/clusterregistrationtokens";
        Wait.until(
                "there is a token to register with",
                () -> admin.get(path).json().at("/data/0/token").asText().length() > 10);
        JsonNode registration = admin.get(path).json().at("/data/0");
        String token = registration.path("token").asText();
        canaries.plant("a registration token", token, "ClusterRegistrationToken.Status.token");
        Http.Answer manifest = server.anonymous().get("/v3/import/" + token + "_" + cluster + ".yaml");
        assertThat(manifest.status()).isEqualTo(200);
    }

    private static String secret(String token) {
        return token.substring(token.indexOf(':') + 1);
    }
}

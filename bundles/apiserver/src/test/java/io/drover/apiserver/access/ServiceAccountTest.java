package io.drover.apiserver.access;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Store;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAccountTest {

    private static final String ACCOUNTS = "/api/v1/namespaces/n/serviceaccounts";
    private static final String TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

    @TempDir
    Path data;

    private Plane plane;

    @BeforeEach
    void start() {
        plane = new Plane(data);
        made(plane.system.post(ACCOUNTS, "{'metadata':{'name':'bot'}}"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private String token(String spec) {
        Answered answered = plane.system.post(ACCOUNTS + "/bot/token", "{'spec':" + spec + "}");
        made(answered);
        return answered.json().at("/status/token").asText();
    }

    private Identity identify(String token) {
        return plane.server.bearerTokens().identify(token).orElseThrow();
    }

    private JsonNode review(String token, String more) {
        return plane.system
                .post(TOKEN_REVIEWS, "{'spec':{'token':'" + token + "'" + more + "}}")
                .json()
                .path("status");
    }

    @Test
    void aTokenProvesItsAccountUntilTheAccountIsGone() throws Exception {
        String token = token("{'expirationSeconds':700}");
        JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims.path("sub").asText()).isEqualTo("system:serviceaccount:n:bot");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(700);

        Caller caller = ((Identity.Known) identify(token)).caller();
        assertThat(caller.userId()).isEqualTo("system:serviceaccount:n:bot");
        assertThat(caller.groups())
                .containsExactly("system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated");
        String name = caller.token().orElseThrow();
        assertThat(plane.server.bearerTokens().isGood(name)).contains(true);

        plane.system.delete(ACCOUNTS + "/bot");
        made(plane.system.post(ACCOUNTS, "{'metadata':{'name':'bot'}}"));
        assertThat(identify(token)).isEqualTo(new Identity.Refused("the service account of the token is gone"));
        assertThat(plane.server.bearerTokens().isGood(name)).contains(false);
    }

    @Test
    void aTokenBoundToASecretGoesWithIt() {
        made(plane.system.post("/api/v1/namespaces/n/secrets", "{'metadata':{'name':'s'}}"));
        String token = token("{'boundObjectRef':{'apiVersion':'v1','kind':'Secret','name':'s'}}");
        assertThat(identify(token)).isInstanceOf(Identity.Known.class);

        plane.system.delete("/api/v1/namespaces/n/secrets/s");
        assertThat(identify(token)).isInstanceOf(Identity.Refused.class);
        assertThat(plane.system
                        .post(
                                ACCOUNTS + "/bot/token",
                                "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Secret','name':'s'}}}")
                        .message())
                .isEqualTo("secrets \"s\" not found");
    }

    @Test
    void aChangedOrForeignTokenProvesNobody() {
        String token = token("{}");
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1])).replace("n:bot", "kube-system:admin");
        String forged = parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes()) + "."
                + parts[2];

        assertThat(identify(forged)).isEqualTo(new Identity.Refused("the token's signature is wrong"));
        assertThat(identify("eyJhbGciOiJub25lIn0." + parts[1] + ".")).isInstanceOf(Identity.Refused.class);
        assertThat(identify("ey.ey.ey")).isEqualTo(new Identity.Refused("the token is malformed"));
        assertThat(plane.server.bearerTokens().identify("kubeconfig-u-x:secret"))
                .isEqualTo(Optional.empty());
    }

    @Test
    void aTokenIsGoodForItsAudiencesOnly() {
        String vault = token("{'audiences':['vault']}");

        assertThat(identify(vault)).isInstanceOf(Identity.Refused.class);
        assertThat(review(vault, "").path("authenticated").asBoolean()).isFalse();
        JsonNode status = review(vault, ",'audiences':['vault','x']");
        assertThat(status.path("authenticated").asBoolean()).isTrue();
        assertThat(status.path("audiences").toString()).isEqualTo("[\"vault\"]");
        assertThat(status.at("/user/username").asText()).isEqualTo("system:serviceaccount:n:bot");
        assertThat(status.at("/user/uid").asText()).hasSize(36);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(plane.system
                        .post(ACCOUNTS + "/bot/token", "{'spec':{'expirationSeconds':60}}")
                        .message())
                .isEqualTo(
                        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60:"
                                + " may not specify a duration less than 10 minutes");
        assertThat(plane.system.post(ACCOUNTS + "/none/token", "{}").message())
                .isEqualTo("serviceaccounts \"none\" not found");
        assertThat(plane.user("ann").post(ACCOUNTS + "/bot/token", "{}").message())
                .startsWith("serviceaccounts \"bot\" is forbidden: User \"ann\" cannot create resource"
                        + " \"serviceaccounts/token\"");
    }

    @Test
    void rolesOfPeopleAreNotForAccounts() {
        plane.close();
        plane = new Plane(data, Environment.with(() -> new Authorizer() {
            @Override
            public Decision decide(Caller caller, Question question) {
                return new Decision(true, "everybody may everything");
            }

            @Override
            public Set<ClusterGrant> grantsIn(String clusterId) {
                return Set.of();
            }
        }));

        assertThat(plane.user("ann").get(ACCOUNTS).status()).isEqualTo(200);
        assertThat(plane.user("system:serviceaccount:n:bot").get(ACCOUNTS).message())
                .isEqualTo("serviceaccounts is forbidden: User \"system:serviceaccount:n:bot\" cannot list resource"
                        + " \"serviceaccounts\" in API group \"\" in the namespace \"n\"");
    }

    @Test
    void tokensOutliveARestartAndTheirKeyIsOutOfReach() {
        String token = token("{}");
        plane.close();
        plane = new Plane(data);

        assertThat(identify(token)).isInstanceOf(Identity.Known.class);
        assertThat(plane.system.get("/apis/drover/v1/signing-keys").status()).isEqualTo(404);
    }

    @Test
    void anybodyMayCheckTokensWithTheKeysThatAreShownToThoseWhoMaySeeThem() throws Exception {
        String token = token("{}");
        Answered keys = plane.user("x", "system:serviceaccounts").get("/openid/v1/jwks");
        assertThat(keys.status()).isEqualTo(200);
        assertThat(keys.headers())
                .containsEntry("content-type", "application/jwk-set+json")
                .containsEntry("cache-control", "public, max-age=3600");

        assertThat(isSigned(token, keys.json())).isTrue();
        assertThat(isSigned(token.substring(0, token.length() - 8) + "AAAAAAAA", keys.json()))
                .isFalse();
        Answered issuer = plane.user("x", "system:serviceaccounts").get("/.well-known/openid-configuration");
        assertThat(issuer.json().path("jwks_uri").asText()).isEqualTo("https://kubernetes.default.svc/openid/v1/jwks");
        assertThat(issuer.json().path("issuer").asText())
                .isEqualTo(claims(token).path("iss").asText());
        assertThat(plane.user("x", "system:authenticated")
                        .get("/openid/v1/jwks")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aNewKeySignsFromThenOnAndOldTokensStayGoodUntilTheyEnd() throws Exception {
        String old = token("{'expirationSeconds':700}");
        plane.server.rotateTokenKey();
        String fresh = token("{}");

        assertThat(identify(old)).isInstanceOf(Identity.Known.class);
        assertThat(identify(fresh)).isInstanceOf(Identity.Known.class);
        JsonNode keys = plane.system.get("/openid/v1/jwks").json();
        assertThat(keys.path("keys")).hasSize(2);
        assertThat(keys.at("/keys/0/kid")).isEqualTo(part(fresh, 0).path("kid"));
        assertThat(keys.at("/keys/1/kid")).isEqualTo(part(old, 0).path("kid"));
        assertThat(isSigned(old, keys)).isTrue();
        assertThat(isSigned(fresh, keys)).isTrue();

        plane.close();
        plane = new Plane(data);
        assertThat(identify(old)).isInstanceOf(Identity.Known.class);
        assertThat(identify(fresh)).isInstanceOf(Identity.Known.class);
    }

    @Test
    void aKeyThatNoGoodTokenWasSignedWithIsDropped() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        InstantSource clock = now::get;
        plane.close();
        try (Store store = Store.open(data, Duration.ofHours(1), Clock.systemUTC())) {
            SigningKeys keys = new SigningKeys(store, clock.withZone(ZoneOffset.UTC));
            String first = keys.forTokenUntil(now.get().plusSeconds(3600).getEpochSecond())
                    .id();
            keys.rotate();
            String second = keys.forTokenUntil(0).id();
            assertThat(keys.find(first)).isPresent();

            now.set(now.get().plus(Duration.ofDays(2)));
            assertThat(keys.find(first)).isEmpty();
            keys.rotate();
            assertThat(keys.find(second)).isEmpty();
            assertThat(keys.all()).hasSize(1);
            assertThat(store.now().below("/drover/signing-keys/retired-").hasNext())
                    .isFalse();
        }
        plane = new Plane(data);
    }

    private static JsonNode part(String token, int part) throws Exception {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[part]));
    }

    private static JsonNode claims(String token) throws Exception {
        return part(token, 1);
    }

    /** As somebody checks it who knows the keys alone. */
    private static boolean isSigned(String token, JsonNode keys) throws Exception {
        String[] parts = token.split("\\.");
        for (JsonNode key : keys.path("keys")) {
            if (key.path("kid").equals(part(token, 0).path("kid"))) {
                Signature signature = Signature.getInstance("SHA256withRSA");
                signature.initVerify(KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e"))));
                signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
                return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
            }
        }
        return false;
    }

    private static BigInteger number(JsonNode key, String field) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(field).asText()));
    }

    @Test
    void everyNamespaceHasItsDefaults() {
        plane.server.keepNamespaceDefaults();
        made(plane.system.post("/api/v1/namespaces", "{'metadata':{'name':'fresh'}}"));
        String map = "/api/v1/namespaces/fresh/configmaps/kube-root-ca.crt";
        String account = "/api/v1/namespaces/fresh/serviceaccounts/default";
        await(() -> plane.system.get(map).status() == 200
                && plane.system.get(account).status() == 200);

        String uid = plane.system.get(account).json().at("/metadata/uid").asText();
        plane.system.delete(account);
        plane.system.mergePatch(map, "{'data':{'ca.crt':'other'}}");
        await(() -> plane.system.get(account).status() == 200
                && !plane.system
                        .get(account)
                        .json()
                        .at("/metadata/uid")
                        .asText()
                        .equals(uid)
                && plane.system.get(map).json().at("/data/ca.crt").asText().isEmpty());

        plane.system.delete("/api/v1/namespaces/fresh");
        await(() -> plane.system.get("/api/v1/namespaces/fresh").status() == 404);
    }
}

package io.drover.apiserver.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.BearerTokens;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.Identity;
import io.drover.apiserver.access.SigningKeys.SigningKey;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.store.Store;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Tokens of service accounts: JSON Web Tokens (RFC 7519, RS256) with the claims that Kubernetes gives them. A token ends with its time,
 * its account, and the secret that it is bound to.
 */
public final class ServiceAccountTokens implements BearerTokens {

    /** Who issues the tokens, and for whom they are when nobody says. */
    public static final String ISSUER = "https://kubernetes.default.svc";

    /** How they are signed, as JSON Web Algorithms (RFC 7518) name it. */
    public static final String ALGORITHM = "RS256";

    private static final String CLUSTER = "local";
    private static final int MAX_LENGTH = 16 * 1024;
    private static final String PRIVATE_CLAIMS = "kubernetes.io";
    private static final String NAME_PREFIX = "serviceaccount|";

    private final Store store;
    private final Clock clock;
    private final SigningKeys keys;

    public ServiceAccountTokens(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.keys = new SigningKeys(store, clock);
    }

    /** An object that a token lives as long as; all empty if there is none. */
    record Bound(String name, String uid) {
        static final Bound TO_NOTHING = new Bound("", "");
    }

    record Issued(String token, Instant expires) {}

    /** What a good token says. */
    record Claims(
            String namespace,
            String account,
            String uid,
            Bound bound,
            String id,
            long expires,
            List<String> audiences) {

        Caller caller() {
            return new Caller(
                    ServiceAccounts.userName(namespace, account),
                    ServiceAccounts.groups(namespace),
                    Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=" + id)),
                    Optional.of(tokenName()));
        }

        /** Holds what the token stands and falls with, so that nothing has to be remembered of it. */
        private String tokenName() {
            return NAME_PREFIX
                    + String.join(
                            "|", namespace, account, uid, Long.toString(expires), bound.name(), bound.uid(), "end");
        }
    }

    /** @throws Refusal 404 if the account, or the secret that it is to be bound to, is not there */
    Issued issue(String namespace, String account, List<String> audiences, Duration life, Bound bound) {
        String uid = uid(BuiltIns.SERVICE_ACCOUNTS, namespace, account)
                .orElseThrow(() -> Refusal.notFound(BuiltIns.SERVICE_ACCOUNTS, account));
        Instant now = clock.instant();
        Instant expires = Instant.ofEpochSecond(now.getEpochSecond() + life.toSeconds());
        SigningKey key = keys.forTokenUntil(expires.getEpochSecond());
        ObjectNode header =
                Json.object().put("alg", ALGORITHM).put("kid", key.id()).put("typ", "JWT");
        ObjectNode claims = Json.object();
        ArrayNode to = claims.putArray("aud");
        audiences.forEach(to::add);
        claims.put("exp", expires.getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("iss", ISSUER)
                .put("jti", UUID.randomUUID().toString());
        ObjectNode own = claims.putObject(PRIVATE_CLAIMS).put("namespace", namespace);
        if (!bound.name().isEmpty()) {
            own.putObject("secret").put("name", bound.name()).put("uid", bound.uid());
        }
        own.putObject("serviceaccount").put("name", account).put("uid", uid);
        claims.put("nbf", now.getEpochSecond()).put("sub", ServiceAccounts.userName(namespace, account));
        String signed = encoded(Json.bytes(header)) + "." + encoded(Json.bytes(claims));
        return new Issued(signed + "." + encoded(signature(key, signed)), expires);
    }

    /** Signs with a new key from now on; tokens that were signed before stay good until they end. May take a second. */
    public void rotateKey() {
        keys.rotate();
    }

    /** The public keys by which anybody can check tokens: a JSON Web Key Set (RFC 7517). */
    public ObjectNode publicKeys() {
        keys.forTokenUntil(0);
        ObjectNode set = Json.object();
        ArrayNode all = set.putArray("keys");
        keys.all().forEach(key -> all.addObject()
                .put("use", "sig")
                .put("kty", "RSA")
                .put("kid", key.id())
                .put("alg", ALGORITHM)
                .put("n", encoded(key.open().getModulus()))
                .put("e", encoded(key.open().getPublicExponent())));
        return set;
    }

    /** Big-endian, without the sign's byte. */
    private static String encoded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    Optional<String> uid(ResourceType type, String namespace, String name) {
        return store.now()
                .get(type.key(namespace, name))
                .map(stored -> Json.read(stored.json()).at("/metadata/uid").asText());
    }

    @Override
    public String clusterId() {
        return CLUSTER;
    }

    @Override
    public Optional<Identity> identify(String token) {
        if (!hasForm(token)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Identity.Known(check(token, List.of(ISSUER)).caller()));
        } catch (NotGood e) {
            return Optional.of(new Identity.Refused(e.getMessage()));
        }
    }

    @Override
    public Optional<Boolean> isGood(String tokenName) {
        if (!tokenName.startsWith(NAME_PREFIX)) {
            return Optional.empty();
        }
        String[] parts = tokenName.split("\\|", -1);
        Claims claims = new Claims(
                parts[1], parts[2], parts[3], new Bound(parts[5], parts[6]), "", Long.parseLong(parts[4]), List.of());
        try {
            checkStanding(claims);
            return Optional.of(true);
        } catch (NotGood e) {
            return Optional.of(false);
        }
    }

    /** Why a token proves nobody. Never repeats what was sent. */
    static final class NotGood extends Exception {
        private static final long serialVersionUID = 1L;

        NotGood(String reason) {
            super(reason, null, false, false);
        }
    }

    static boolean hasForm(String token) {
        int first = token.indexOf('.');
        return token.startsWith("ey") && first > 0 && token.indexOf('.', first + 1) > first;
    }

    /** @param audiences one of which the token must be for */
    Claims check(String token, List<String> audiences) throws NotGood {
        Claims claims = read(token);
        if (claims.audiences().stream().noneMatch(audiences::contains)) {
            throw new NotGood("the service account's token is for another audience");
        }
        checkStanding(claims);
        return claims;
    }

    private Claims read(String token) throws NotGood {
        String[] parts = token.length() > MAX_LENGTH ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            throw new NotGood("the token is malformed");
        }
        JsonNode header = decoded(parts[0]);
        SigningKey key = keys.find(header.path("kid").asText())
                .filter(found -> header.path("alg").asText().equals(ALGORITHM))
                .orElseThrow(() -> new NotGood("the token was not issued here"));
        if (!isSigned(key, parts[0] + "." + parts[1], parts[2])) {
            throw new NotGood("the token's signature is wrong");
        }
        JsonNode claims = decoded(parts[1]);
        JsonNode own = claims.path(PRIVATE_CLAIMS);
        List<String> audiences = new ArrayList<>();
        claims.path("aud").forEach(audience -> audiences.add(audience.asText()));
        if (claims.path("nbf").asLong() > clock.instant().getEpochSecond() + 10) {
            throw new NotGood("the service account's token is not good yet");
        }
        return new Claims(
                own.path("namespace").asText(),
                own.at("/serviceaccount/name").asText(),
                own.at("/serviceaccount/uid").asText(),
                new Bound(
                        own.at("/secret/name").asText(""), own.at("/secret/uid").asText("")),
                claims.path("jti").asText(),
                claims.path("exp").asLong(),
                audiences);
    }

    private void checkStanding(Claims claims) throws NotGood {
        if (clock.instant().getEpochSecond() >= claims.expires()) {
            throw new NotGood("the service account's token has expired");
        }
        if (!uid(BuiltIns.SERVICE_ACCOUNTS, claims.namespace(), claims.account())
                .filter(claims.uid()::equals)
                .isPresent()) {
            throw new NotGood("the service account of the token is gone");
        }
        Bound bound = claims.bound();
        if (!bound.name().isEmpty()
                && !uid(BuiltIns.SECRETS, claims.namespace(), bound.name())
                        .filter(bound.uid()::equals)
                        .isPresent()) {
            throw new NotGood("the secret that the service account's token is bound to is gone");
        }
    }

    private static byte[] signature(SigningKey key, String text) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.secret().orElseThrow());
            signature.update(text.getBytes(US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("RSA belongs to every JDK", e);
        }
    }

    private static boolean isSigned(SigningKey key, String text, String base64) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key.open());
            signature.update(text.getBytes(UTF_8));
            return signature.verify(Base64.getUrlDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode decoded(String base64) throws NotGood {
        try {
            return Json.parse(Base64.getUrlDecoder().decode(base64), false);
        } catch (IllegalArgumentException | Refusal e) {
            throw new NotGood("the token is malformed");
        }
    }
}

package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Tokens for programs whose users sign in elsewhere, in their browser. Such a program makes a key and a name for its request; what waits
 * under that name only it can read.
 */
final class WaitingTokens {

    private static final String NAMESPACE = "cattle-global-data";
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final int SHORTEST_KEY_BITS = 2048;
    private static final int LONGEST_KEY_BITS = 8192;
    private static final int LONGEST_KEY_TEXT = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Objects<SamlToken> tokens;
    private final Clock clock;

    WaitingTokens(ManagementPlane plane, Clock clock) {
        this.tokens = plane.objects(SamlToken.class);
        this.clock = clock;
    }

    /**
     * Who is to have the token of a sign-in.
     *
     * @param id as the program chose it
     */
    record Request(String id, RSAPublicKey key) {}

    /** What a sign-in says of the program that waits for it; empty when the token is for whoever signs in. */
    static Optional<Request> requested(ObjectNode body) {
        String id = body.path("requestId").asText("");
        if (id.isEmpty()) {
            return Optional.empty();
        }
        if (!REQUEST.matcher(id).matches()) {
            throw DroverException.invalid("InvalidFormat", "requestId", "16 to 64 letters and digits are expected");
        }
        return Optional.of(new Request(id, key(body.path("publicKey").asText(""))));
    }

    void put(Request request, String token, String expiresAt) {
        Instant now = clock.instant();
        tokens.list(NAMESPACE).stream()
                .filter(waiting -> isOver(waiting, now))
                .forEach(waiting -> tokens.delete(NAMESPACE, waiting.name()));
        String patience = now.plus(PATIENCE).truncatedTo(ChronoUnit.SECONDS).toString();
        tokens.create(Resource.named(
                NAMESPACE, name(request.id()), new SamlToken(encrypted(request.key(), token), expiresAt, patience)));
    }

    Optional<Resource<SamlToken>> get(String requestId) {
        return tokens.get(NAMESPACE, name(requestId)).filter(waiting -> !isOver(waiting, clock.instant()));
    }

    void remove(String requestId) {
        tokens.delete(NAMESPACE, name(requestId));
    }

    private static boolean isOver(Resource<SamlToken> waiting, Instant now) {
        return !now.isBefore(Instant.parse(waiting.value().waitsUntil()));
    }

    private static String name(String requestId) {
        return "sign-in-" + HexFormat.of().formatHex(Settings.sha256(requestId)).substring(0, 40);
    }

    /** Either the JSON that existing clients send, a modulus {@code N} and an exponent {@code E}, or DER; both in base 64. */
    private static RSAPublicKey key(String text) {
        try {
            if (text.length() > LONGEST_KEY_TEXT) {
                throw new GeneralSecurityException("too long");
            }
            byte[] decoded = Base64.getDecoder().decode(text.replace(' ', '+'));
            KeyFactory keys = KeyFactory.getInstance("RSA");
            RSAPublicKey key = (RSAPublicKey)
                    (decoded.length > 0 && decoded[0] == '{'
                            ? keys.generatePublic(spec(JSON.readTree(decoded)))
                            : keys.generatePublic(new X509EncodedKeySpec(decoded)));
            int bits = key.getModulus().bitLength();
            if (bits < SHORTEST_KEY_BITS || bits > LONGEST_KEY_BITS) {
                throw new GeneralSecurityException("too short or too long");
            }
            return key;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw DroverException.invalid("InvalidFormat", "publicKey", "An RSA key of 2048 bits or more is expected");
        }
    }

    private static RSAPublicKeySpec spec(JsonNode json) {
        BigInteger modulus = json.path("N").bigIntegerValue();
        return new RSAPublicKeySpec(modulus, BigInteger.valueOf(json.path("E").asLong()));
    }

    private static String encrypted(RSAPublicKey key, String token) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    key,
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            return Base64.getEncoder().encodeToString(cipher.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw DroverException.invalid("InvalidFormat", "publicKey", "The key can't be used");
        }
    }
}

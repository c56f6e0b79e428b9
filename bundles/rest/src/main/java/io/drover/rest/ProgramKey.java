package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** The key of a program that waits for a token: what is sealed with it, that program alone can read. */
final class ProgramKey {

    private static final int SHORTEST_BITS = 2048;
    private static final int LONGEST_BITS = 8192;
    private static final int LONGEST_TEXT = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RSAPublicKey key;

    private ProgramKey(RSAPublicKey key) {
        this.key = key;
    }

    /** @param text either the JSON that existing clients send, a modulus {@code N} and an exponent {@code E}, or DER; both in base 64 */
    static ProgramKey of(String text) {
        try {
            if (text.length() > LONGEST_TEXT) {
                throw new GeneralSecurityException("too long");
            }
            byte[] decoded = Base64.getDecoder().decode(text.replace(' ', '+'));
            KeyFactory keys = KeyFactory.getInstance("RSA");
            RSAPublicKey key = (RSAPublicKey)
                    (decoded.length > 0 && decoded[0] == '{'
                            ? keys.generatePublic(spec(JSON.readTree(decoded)))
                            : keys.generatePublic(new X509EncodedKeySpec(decoded)));
            int bits = key.getModulus().bitLength();
            if (bits < SHORTEST_BITS || bits > LONGEST_BITS) {
                throw new GeneralSecurityException("too short or too long");
            }
            return new ProgramKey(key);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw DroverException.invalid("InvalidFormat", "publicKey", "An RSA key of 2048 bits or more is expected");
        }
    }

    private static RSAPublicKeySpec spec(JsonNode json) {
        BigInteger modulus = json.path("N").bigIntegerValue();
        return new RSAPublicKeySpec(modulus, BigInteger.valueOf(json.path("E").asLong()));
    }

    /** Base 64 of what RSA-OAEP makes of the text. */
    String seal(String text) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    key,
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            return Base64.getEncoder().encodeToString(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw DroverException.invalid("InvalidFormat", "publicKey", "The key can't be used");
        }
    }
}

package io.drover.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** Time-based one-time passwords of RFC 6238 in the one form that all authenticators know: SHA-1, 30 seconds, six digits. */
final class Totp {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 20;
    private static final long STEP_SECONDS = 30;
    private static final int DIGITS = 6;
    private static final int MODULUS = 1_000_000;

    /** Clocks of telephones are not exact. */
    private static final int STEPS_OFF = 1;

    private Totp() {}

    /** Base 32. */
    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return Base32.toBase32String(secret);
    }

    /**
     * The step whose code this is.
     *
     * @param after no code of this step or an earlier one counts, so that each is good once
     */
    static OptionalLong step(String secret, String code, Instant now, long after) {
        byte[] given = code.getBytes(StandardCharsets.UTF_8);
        long current = now.getEpochSecond() / STEP_SECONDS;
        OptionalLong found = OptionalLong.empty();
        for (long step = current - STEPS_OFF; step <= current + STEPS_OFF; step++) {
            byte[] right = code(secret, step).getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(given, right) && step > after) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    static String code(String secret, Instant at) {
        return code(secret, at.getEpochSecond() / STEP_SECONDS);
    }

    private static String code(String secret, long step) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base32.decode(secret), "HmacSHA1"));
            byte[] digest =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = digest[digest.length - 1] & 0xf;
            int number = ByteBuffer.wrap(digest, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
            return ("%0" + DIGITS + "d").formatted(number % MODULUS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-1 belongs to every JDK", e);
        }
    }
}

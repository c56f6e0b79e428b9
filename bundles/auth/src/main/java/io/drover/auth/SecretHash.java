package io.drover.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * Hashes of tokens' secrets as they are stored. A secret has some 257 bits of chance, so one round of SHA-3 is enough; the forms that
 * older installations wrote are read as well, and so is a secret that was stored in clear.
 */
final class SecretHash {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
    private static final int SALT_BYTES = 8;
    private static final int SCRYPT_BYTES = 64;
    private static final int SCRYPT_MAX_COST = 15;

    private SecretHash() {}

    static String of(String secret) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return "$3:1:" + ENCODER.encodeToString(salt) + ":" + ENCODER.encodeToString(digest("SHA3-512", salt, secret));
    }

    /** Whether {@code stored} is the hash of {@code secret}; takes as long for a wrong secret as for the right one. */
    static boolean matches(String stored, String secret) {
        if (stored == null || stored.isEmpty()) {
            return false;
        }
        if (!stored.startsWith("$")) {
            return MessageDigest.isEqual(bytes(stored), bytes(secret));
        }
        try {
            String[] parts = stored.substring(1).split(":", -1);
            return switch (parts[0]) {
                case "1" -> parts.length == 6 && matchesScrypt(parts, secret);
                case "2" -> parts.length == 3 && matchesDigest("SHA-256", parts[1], parts[2], secret);
                case "3" -> parts.length == 4
                        && parts[1].equals("1")
                        && matchesDigest("SHA3-512", parts[2], parts[3], secret);
                default -> false;
            };
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether checking takes so long, a tenth of a second, that it should be done once only. */
    static boolean isSlow(String stored) {
        return stored != null && stored.startsWith("$1:");
    }

    private static boolean matchesDigest(String algorithm, String salt, String hash, String secret) {
        return MessageDigest.isEqual(
                Base64.getDecoder().decode(hash),
                digest(algorithm, Base64.getDecoder().decode(salt), secret));
    }

    private static boolean matchesScrypt(String[] parts, String secret) {
        int cost = Integer.parseInt(parts[2]);
        int blockSize = Integer.parseInt(parts[3]);
        int parallel = Integer.parseInt(parts[4]);
        if (cost < 1 || cost > SCRYPT_MAX_COST || blockSize != 8 || parallel != 1) {
            return false;
        }
        byte[] salt = HexFormat.of().parseHex(parts[1]);
        byte[] computed = SCrypt.generate(bytes(secret), salt, 1 << cost, blockSize, parallel, SCRYPT_BYTES);
        return MessageDigest.isEqual(Base64.getDecoder().decode(parts[5]), computed);
    }

    private static byte[] digest(String algorithm, byte[] salt, String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(salt);
            return digest.digest(bytes(secret));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " belongs to every JDK", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

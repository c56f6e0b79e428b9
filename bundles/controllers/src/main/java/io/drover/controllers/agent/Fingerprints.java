package io.drover.controllers.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names and checksums that agents and servers compute alike. */
public final class Fingerprints {

    private Fingerprints() {}

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    public static String sha256Hex(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    /** What an agent checks the server's CA certificates with; empty for none. */
    public static String caChecksum(String caCertificates) {
        if (caCertificates.isEmpty()) {
            return "";
        }
        return sha256Hex(caCertificates.endsWith("\n") ? caCertificates : caCertificates + "\n");
    }

    /** Suffix of the Secret that an agent registers with: another URL or token makes another Secret, and so a rollout. */
    public static String credentialsKey(String url, String token, String namespace) {
        return sha256Hex(url + "." + token + "." + namespace).substring(0, 10);
    }
}

package io.drover.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * A record as a line of a file: a JSON object whose first field is its number and whose last one is the hash of everything before that
 * field, and of the hash of the record before.
 */
final class Line {

    static final int HASH_BYTES = 32;
    static final byte[] NO_HASH = new byte[HASH_BYTES];
    static final int MAX_BYTES = 4 << 20;

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] SEQ = "{\"seq\":".getBytes(ISO_8859_1);
    private static final byte[] HASH = ",\"hash\":\"".getBytes(ISO_8859_1);
    private static final int TAIL = HASH.length + 2 * HASH_BYTES + 2;

    private Line() {}

    /**
     * A record with its hash and the end of the line.
     *
     * @param json an object that is not empty
     */
    static byte[] sealed(byte[] json, byte[] hash) {
        byte[] line = Arrays.copyOf(json, json.length - 1 + TAIL + 1);
        int at = json.length - 1;
        System.arraycopy(HASH, 0, line, at, HASH.length);
        at += HASH.length;
        System.arraycopy(hex(hash).getBytes(ISO_8859_1), 0, line, at, 2 * HASH_BYTES);
        at += 2 * HASH_BYTES;
        line[at++] = '"';
        line[at++] = '}';
        line[at] = '\n';
        return line;
    }

    /** @param length of the part of {@code json} that counts: all but the closing brace */
    static byte[] hash(MessageDigest digest, byte[] previous, byte[] json, int length) {
        digest.update(previous);
        digest.update(json, 0, length);
        return digest.digest();
    }

    /** The hash that a line, without its end, says it has; empty if it says none. */
    static byte[] told(byte[] line) {
        int at = line.length - TAIL;
        if (at <= 0 || !Arrays.equals(line, at, at + HASH.length, HASH, 0, HASH.length)) {
            return new byte[0];
        }
        try {
            return HEX.parseHex(new String(line, at + HASH.length, 2 * HASH_BYTES, ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** The hash that a line ought to have. */
    static byte[] right(MessageDigest digest, byte[] previous, byte[] line) {
        return hash(digest, previous, line, line.length - TAIL);
    }

    /** The number of the record in a line. */
    static OptionalLong seq(byte[] line) {
        if (line.length < SEQ.length || !Arrays.equals(line, 0, SEQ.length, SEQ, 0, SEQ.length)) {
            return OptionalLong.empty();
        }
        long seq = 0;
        int at = SEQ.length;
        while (at < line.length && at < SEQ.length + 18 && line[at] >= '0' && line[at] <= '9') {
            seq = 10 * seq + line[at++] - '0';
        }
        return at == SEQ.length ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    static String hex(byte[] hash) {
        return HEX.formatHex(hash);
    }

    static byte[] unhex(String hash) {
        return HEX.parseHex(hash);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

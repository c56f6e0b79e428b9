package io.drover.apiserver.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that seal what is on disk, by their numbers from 1 to 255: what is written is sealed with the active one. Immutable. In its
 * file a line each, {@code number base64}, the active one last; a file of 32 bytes is one key, number 1.
 */
final class Keyring {

    static final int KEY_BYTES = 32;
    private static final String TITLE = "drover keys 1";
    private static final int LARGEST_NUMBER = 255;

    private final Map<Integer, SecretKey> keys;
    private final int active;

    private Keyring(Map<Integer, SecretKey> keys, int active) {
        this.keys = Collections.unmodifiableMap(keys);
        this.active = active;
    }

    /** Reads {@code file}, or makes it with a new key, readable for its owner only. */
    static Keyring in(Path file, boolean create) throws IOException {
        if (create && !Files.exists(file)) {
            new Keyring(Map.of(1, newKey()), 1).write(file);
        }
        byte[] content = Files.readAllBytes(file);
        return content.length == KEY_BYTES
                ? new Keyring(Map.of(1, new SecretKeySpec(content, "AES")), 1)
                : parse(file, new String(content, StandardCharsets.US_ASCII));
    }

    private static Keyring parse(Path file, String text) throws IOException {
        String[] lines = text.split("\n");
        Map<Integer, SecretKey> keys = new TreeMap<>();
        int last = 0;
        try {
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                String[] parts = line.split(" ", 2);
                byte[] key = Base64.getDecoder().decode(parts[1]);
                last = Integer.parseInt(parts[0]);
                if (key.length != KEY_BYTES || last < 1 || last > LARGEST_NUMBER) {
                    throw new IllegalArgumentException(line.length() + " characters");
                }
                keys.put(last, new SecretKeySpec(key, "AES"));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            keys.clear();
        }
        if (!lines[0].equals(TITLE) || keys.isEmpty()) {
            throw new IOException("its key file " + file.getFileName() + " is damaged");
        }
        return new Keyring(keys, last);
    }

    private static SecretKey newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, "AES");
    }

    int active() {
        return active;
    }

    Set<Integer> numbers() {
        return keys.keySet();
    }

    SecretKey activeKey() {
        return keys.get(active);
    }

    /** Null if there is none of that number. */
    SecretKey key(int number) {
        return keys.get(number);
    }

    /** These keys and a new, active one. */
    Keyring withNewKey() {
        int number = active % LARGEST_NUMBER + 1;
        while (keys.containsKey(number)) {
            number = number % LARGEST_NUMBER + 1;
        }
        Map<Integer, SecretKey> more = new TreeMap<>(keys);
        more.put(number, newKey());
        return new Keyring(more, number);
    }

    Keyring onlyActive() {
        return new Keyring(Map.of(active, activeKey()), active);
    }

    /** Replaces the file as a whole; on disk when this returns. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        keys.forEach((number, key) -> {
            if (number != active) {
                line(text, number, key);
            }
        });
        line(text, active, activeKey());
        Durable.replace(file, text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void line(StringBuilder text, int number, SecretKey key) {
        text.append(number)
                .append(' ')
                .append(Base64.getEncoder().encodeToString(key.getEncoded()))
                .append('\n');
    }
}

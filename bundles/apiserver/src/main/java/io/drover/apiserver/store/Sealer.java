package io.drover.apiserver.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what goes to disk: AES-256-GCM, a random nonce each, bound to its key and revision so that nothing can be put in another's place.
 * The first byte names the form and the second the key, so that keys can be rotated.
 */
final class Sealer {

    private static final byte FORM = 1;
    private static final byte KEY_NUMBER = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(Sealer::cipher);

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    private Sealer(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /** Reads the key from {@code file}, or makes it, readable for its owner only. */
    static Sealer withKeyIn(Path file, boolean create) throws IOException {
        if (create && !Files.exists(file)) {
            byte[] fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(unfinished);
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (var channel = java.nio.channels.FileChannel.open(unfinished, Set.of(StandardOpenOption.WRITE))) {
                channel.write(ByteBuffer.wrap(fresh));
                channel.force(true);
            }
            Files.move(unfinished, file);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != KEY_BYTES) {
            throw new IOException("The key file " + file + " does not hold " + KEY_BYTES + " bytes");
        }
        return new Sealer(key);
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    byte[] seal(String name, long revision, byte[] plain) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(boundTo(name, revision));
            byte[] sealed = new byte[2 + NONCE_BYTES + cipher.getOutputSize(plain.length)];
            sealed[0] = FORM;
            sealed[1] = KEY_NUMBER;
            System.arraycopy(nonce, 0, sealed, 2, NONCE_BYTES);
            cipher.doFinal(plain, 0, plain.length, sealed, 2 + NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    /** @throws IOException if it was not sealed with this key, for this name and revision */
    byte[] open(String name, long revision, byte[] sealed) throws IOException {
        if (sealed.length < 2 + NONCE_BYTES || sealed[0] != FORM || sealed[1] != KEY_NUMBER) {
            throw new IOException("Revision " + revision + " is not in a form that this version knows");
        }
        try {
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 2, NONCE_BYTES));
            cipher.updateAAD(boundTo(name, revision));
            return cipher.doFinal(sealed, 2 + NONCE_BYTES, sealed.length - 2 - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new IOException("Revision " + revision + " was changed, or sealed with another key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    private static byte[] boundTo(String name, long revision) {
        byte[] text = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(revision)
                .put(text)
                .array();
    }
}

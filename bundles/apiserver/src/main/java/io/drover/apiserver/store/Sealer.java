package io.drover.apiserver.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals what goes to disk: AES-256-GCM, a random nonce each, bound to its key and revision so that nothing can be put in another's place.
 * The first byte names the form and the second the key, so that keys can be rotated. For any number of threads.
 */
final class Sealer {

    private static final byte FORM = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(Sealer::cipher);

    private final Path file;
    private final SecureRandom random = new SecureRandom();
    private volatile Keyring keyring;
    // Readers of an older state of the disk may still need a key whose last use was just replaced.
    private volatile Keyring retired;

    private Sealer(Path file, Keyring keyring) {
        this.file = file;
        this.keyring = keyring;
        this.retired = keyring;
    }

    /** Reads the keys from {@code file}, or makes one. */
    static Sealer withKeysIn(Path file, boolean create) throws IOException {
        return new Sealer(file, Keyring.in(file, create));
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    /** Seals with a new key from now on, which is on disk when this returns. */
    void rotate() throws IOException {
        Keyring more = keyring.withNewKey();
        more.write(file);
        keyring = more;
    }

    /** Whether there are keys besides the one in use. */
    boolean hasOldKeys() {
        return keyring.numbers().size() > 1;
    }

    /** Drops all keys but the one in use: nothing on disk may be sealed with them any more. */
    void dropOldKeys() throws IOException {
        Keyring one = keyring.onlyActive();
        one.write(file);
        retired = keyring;
        keyring = one;
    }

    boolean isSealedWithOldKey(byte[] sealed) {
        return Byte.toUnsignedInt(sealed[1]) != keyring.active();
    }

    byte[] seal(String name, long revision, byte[] plain) {
        try {
            Keyring keys = keyring;
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.ENCRYPT_MODE, keys.activeKey(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(boundTo(name, revision));
            byte[] sealed = new byte[2 + NONCE_BYTES + cipher.getOutputSize(plain.length)];
            sealed[0] = FORM;
            sealed[1] = (byte) keys.active();
            System.arraycopy(nonce, 0, sealed, 2, NONCE_BYTES);
            cipher.doFinal(plain, 0, plain.length, sealed, 2 + NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    /** @throws IOException if it was not sealed with one of these keys, for this name and revision */
    byte[] open(String name, long revision, byte[] sealed) throws IOException {
        if (sealed.length < 2 + NONCE_BYTES || sealed[0] != FORM) {
            throw new IOException("revision " + revision + " is not in a form that this version knows");
        }
        int number = Byte.toUnsignedInt(sealed[1]);
        SecretKey key = keyring.key(number);
        if (key == null) {
            key = retired.key(number);
        }
        if (key == null) {
            throw new IOException("revision " + revision + " is sealed with key " + number + ", which is not there");
        }
        try {
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 2, NONCE_BYTES));
            cipher.updateAAD(boundTo(name, revision));
            return cipher.doFinal(sealed, 2 + NONCE_BYTES, sealed.length - 2 - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new IOException("revision " + revision + " was changed, or sealed with another key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had", e);
        }
    }

    private static byte[] boundTo(String name, long revision) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(revision)
                .put(text)
                .array();
    }
}

package io.drover.auth;

import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.RedirectSignIn.Attempt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The states with which browsers are sent to providers. All that must be remembered until one comes back is inside the state, sealed, so
 * strangers who begin sign-ins cost no memory, and a browser may come back to another server over the same plane. A state is good for ten
 * minutes, for one browser, for one purpose, and once at each server; providers take a code once in any case.
 */
final class RedirectStates {

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int RANDOM_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int USED_REMEMBERED = 100_000;
    private static final String SEPARATOR = "\n";

    private final SecureRandom random = new SecureRandom();
    private final Supplier<String> keeper;
    private final Clock clock;
    private volatile SecretKey key;
    private final Map<String, Instant> used = new LinkedHashMap<>();

    /** @param keeper gives the key, as {@link #newKey} makes it; asked when the first browser is sent away or comes back */
    RedirectStates(Clock clock, Supplier<String> keeper) {
        this.clock = clock;
        this.keeper = keeper;
    }

    static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private SecretKey key() {
        SecretKey known = key;
        if (known == null) {
            known = new SecretKeySpec(Base64.getDecoder().decode(keeper.get()), "AES");
            key = known;
        }
        return known;
    }

    /** @param purpose the provider, and whether its configuration is only tried out */
    Attempt begin(String purpose, String browser) {
        String nonce = random();
        String verifier = random();
        String expires = Long.toString(clock.instant().plus(LIFE).getEpochSecond());
        return new Attempt(
                seal(String.join(SEPARATOR, purpose, digest(browser), nonce, verifier, expires)), nonce, verifier);
    }

    /** The attempt that a browser came back from; empty if it is not that browser's, too old, or was handed in before. */
    Optional<Attempt> take(String purpose, Map<String, String> credentials) {
        String state = credentials.getOrDefault(AuthProviders.STATE, "");
        String browser = credentials.getOrDefault(AuthProviders.BROWSER, "");
        if (state.isEmpty() || browser.isEmpty()) {
            return Optional.empty();
        }
        return open(state).map(text -> text.split(SEPARATOR, -1)).flatMap(parts -> {
            Instant expires = Instant.ofEpochSecond(Long.parseLong(parts[4]));
            boolean good = parts[0].equals(purpose)
                    && MessageDigest.isEqual(bytes(parts[1]), bytes(digest(browser)))
                    && clock.instant().isBefore(expires);
            return good && isFirstUse(parts[2], expires)
                    ? Optional.of(new Attempt(state, parts[2], parts[3]))
                    : Optional.empty();
        });
    }

    private synchronized boolean isFirstUse(String nonce, Instant expires) {
        Instant now = clock.instant();
        used.values().removeIf(now::isAfter);
        return used.size() < USED_REMEMBERED && used.putIfAbsent(nonce, expires) == null;
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String seal(String text) {
        try {
            byte[] iv = new byte[IV_BYTES];
            random.nextBytes(iv);
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv).doFinal(bytes(text));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(ByteBuffer.allocate(iv.length + sealed.length)
                            .put(iv)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM belongs to every JDK", e);
        }
    }

    private Optional<String> open(String state) {
        try {
            ByteBuffer sealed = ByteBuffer.wrap(Base64.getUrlDecoder().decode(state));
            if (sealed.remaining() <= IV_BYTES) {
                return Optional.empty();
            }
            byte[] iv = new byte[IV_BYTES];
            sealed.get(iv);
            byte[] rest = new byte[sealed.remaining()];
            sealed.get(rest);
            return Optional.of(new String(cipher(Cipher.DECRYPT_MODE, iv).doFinal(rest), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(), new GCMParameterSpec(128, iv));
        return cipher;
    }

    private static String digest(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 belongs to every JDK", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.drover.api.auth;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The codes that local users sign in with beside their password: six digits of RFC 6238 (SHA-1, 30 seconds), or one of the recovery codes,
 * each of which is good once. May block.
 *
 * <p>Wherever a code is asked for, a wrong one is {@code REJECTED} with code {@code InvalidOption}, and after a few of them every code is
 * refused for a while.
 */
@ProviderType
public interface SecondFactor {

    boolean isEnrolled(String userId);

    /**
     * Makes a secret that is not in force yet; an earlier one that is not in force is forgotten.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} if the user has one in force, or does not sign in with a password kept here
     */
    Enrolment begin(String userId);

    /**
     * Puts the secret of {@link #begin} in force, proved by a code of it.
     *
     * @return the recovery codes, told this once
     */
    List<String> confirm(String userId, String code);

    /** Takes other recovery codes instead of those there were. */
    List<String> renewRecoveryCodes(String userId, String code);

    /** Ends it on the user's own wish. */
    void remove(String userId, String code);

    /** Ends it without a code, for somebody who lost his; the caller has checked that he may. */
    void reset(String userId);

    /**
     * A secret that an authenticator is to be told.
     *
     * @param secret base 32
     * @param uri {@code otpauth://totp/…}, as authenticators read it from a picture
     */
    record Enrolment(String secret, String uri) {
        @Override
        public String toString() {
            return "Enrolment[…]";
        }
    }
}

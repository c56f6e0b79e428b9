package io.drover.api.auth;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A provider on whose own pages people sign in: their browser is sent there and comes back with a code. */
@ConsumerType
public interface RedirectSignIn extends IdentityProvider {

    /**
     * Where the browser is sent. Answers from memory.
     *
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if that is not known yet
     */
    URI begin(Attempt attempt);

    /**
     * Takes the code with which the browser came back. That {@code attempt} is the one that it left with, not too old and not used
     * before, is proved already.
     *
     * @return empty if the code is wrong or used up
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if the provider does not answer as it should, {@code DENIED} if what it
     *     answers can't be trusted; the message says why
     */
    Optional<SignedIn> finish(Attempt attempt, String code);

    /**
     * Whether an answer came from this provider, as far as it says (RFC 9207); the same browser may be on its way to several.
     *
     * @param issuer as the browser brought it, empty if it did not
     */
    default boolean isAnswerOf(String issuer) {
        return true;
    }

    /** Where a browser ends its session at the provider; empty if the provider has no such page. Answers from memory. */
    default Optional<URI> signOut() {
        return Optional.empty();
    }

    /** Nobody signs in with a form. */
    @Override
    default Optional<SignedIn> signIn(Map<String, String> credentials) {
        return Optional.empty();
    }

    /**
     * One way there and back. All of it is known to us alone but {@code state} and {@code nonce}, which go through the browser.
     *
     * @param state to be handed back with the code
     * @param nonce to be found in what the provider signs
     * @param codeVerifier of PKCE (RFC 7636), whose SHA-256 goes there and which is told when the code is taken
     */
    record Attempt(String state, String nonce, String codeVerifier) {
        @Override
        public String toString() {
            return "Attempt[…]";
        }
    }
}

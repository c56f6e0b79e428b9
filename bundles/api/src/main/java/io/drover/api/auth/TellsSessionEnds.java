package io.drover.api.auth;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A provider that tells us, by a connection of its own, that somebody's session with it ended, as OpenID Connect Back-Channel Logout 1.0
 * has it. What he got here by that session then ends too.
 */
@ConsumerType
public interface TellsSessionEnds extends IdentityProvider {

    /** What the provider calls the session that a sign-in belongs to; empty if it names none. */
    Optional<String> sessionOf(SignedIn signedIn);

    /**
     * Reads what came from the provider, or from anybody: checks who signed it, for whom, when, and that it has not come before.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} if it can't be trusted, {@code UNAVAILABLE} if that can't be found out now
     */
    EndedSession ended(String notice);

    /**
     * Sessions that are over; one of the two is always there.
     *
     * @param principalId whose they are
     * @param session the only one that is meant; empty = all of his
     */
    record EndedSession(Optional<String> principalId, Optional<String> session) {}
}

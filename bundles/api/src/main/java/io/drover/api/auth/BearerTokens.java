package io.drover.api.auth;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows bearer tokens of a form of its own, beside those that {@code Token} objects stand for: an OSGi service.
 *
 * <p>Calls answer from memory, never block, and come from any thread.
 */
@ConsumerType
public interface BearerTokens {

    /** The only cluster that these tokens are good for. */
    String clusterId();

    /**
     * Finds out whom a token proves.
     *
     * @return empty if the token is not of this form; else {@code Known} with a caller that names its token, or {@code Refused}
     */
    Optional<Callers.Identity> identify(String token);

    /** Whether a token that proved a caller, by the name it has in {@link Caller#token}, is still good; empty if it is none of these. */
    Optional<Boolean> isGood(String tokenName);
}

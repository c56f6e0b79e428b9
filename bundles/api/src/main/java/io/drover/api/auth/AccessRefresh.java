package io.drover.api.auth;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A provider that can be asked again, without the person, whether he may still sign in and what groups he is in. */
@ConsumerType
public interface AccessRefresh extends IdentityProvider {

    /**
     * Asks for somebody who signed in before.
     *
     * @param keepsake what his last sign-in or refresh left, see {@link IdentityProvider.SignedIn#keepsake}
     * @return empty if he is gone or may not sign in any more, or if the keepsake was revoked: his tokens end
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if the directory does not answer or limits us: he keeps what he has
     */
    Optional<IdentityProvider.SignedIn> refresh(String principalId, Optional<String> keepsake);
}

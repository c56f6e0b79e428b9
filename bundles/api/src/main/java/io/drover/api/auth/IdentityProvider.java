package io.drover.api.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to sign in: an OSGi service. It never sees an HTTP request.
 *
 * <p><b>Threads.</b> Calls overlap; each may take as long as the directory behind it needs, at most 30 seconds, on a bounded pool of
 * the caller's. A provider starts no threads.
 */
@ConsumerType
public interface IdentityProvider {

    /** Lower-case name, as in {@code /v3-public/localProviders/local}: {@code local}, {@code activedirectory}. */
    String name();

    /** Type under {@code /v3-public}, such as {@code localProvider}. */
    String type();

    /**
     * Proves an identity.
     *
     * @param credentials the fields of the sign-in form, such as {@code username} and {@code password}
     * @return empty if they are wrong, without saying which
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if the directory does not answer, {@code DENIED} if the account is locked or
     *     disabled and the credentials were right
     */
    Optional<SignedIn> signIn(Map<String, String> credentials);

    /** @param groups principals of all groups, nested ones too */
    record SignedIn(Principal user, List<Principal> groups) {}
}

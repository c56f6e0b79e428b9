package io.drover.api.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to sign in. It never sees an HTTP request.
 *
 * <p>One that needs no configuration is an OSGi service itself; others are made by an {@link IdentityProviderFactory}. What else it can
 * do, it says by implementing {@link RedirectSignIn}, {@link PrincipalDirectory} or {@link AccessRefresh}.
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

    /** What else people who are about to sign in are told of it: fields under {@code /v3-public}. */
    default Map<String, String> shown() {
        return Map.of();
    }

    /**
     * Proves an identity.
     *
     * @param credentials the fields of the sign-in form, such as {@code username} and {@code password}
     * @return empty if they are wrong, without saying which
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if the directory does not answer, {@code DENIED} if the account is locked or
     *     disabled and the credentials were right
     */
    Optional<SignedIn> signIn(Map<String, String> credentials);

    /** Called once, when nobody will call it any more. Never fails. */
    default void close() {}

    /**
     * Somebody who proved who he is.
     *
     * @param groups principals of all groups, nested ones too
     * @param claims what the directory told of him, by its own names and without secrets, for whoever tries out a configuration
     * @param keepsake a secret with which {@link AccessRefresh#refresh} can ask for him again; it is kept sealed
     */
    record SignedIn(
            Principal user, List<Principal> groups, Map<String, List<String>> claims, Optional<String> keepsake) {

        public SignedIn {
            groups = List.copyOf(groups);
            claims = Map.copyOf(claims);
        }

        public SignedIn(Principal user, List<Principal> groups) {
            this(user, groups, Map.of(), Optional.empty());
        }

        @Override
        public String toString() {
            return "SignedIn[" + user.id() + ", " + groups.size() + " groups]";
        }
    }
}

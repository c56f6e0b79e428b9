package io.drover.api.auth;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A provider in which people and groups can be looked for who never signed in. */
@ConsumerType
public interface PrincipalDirectory extends IdentityProvider {

    /**
     * Those whose login name, name or id begins with {@code text}.
     *
     * @param text as somebody typed it: the provider takes care of what its directory would take for syntax
     * @param group true for groups only, false for people only, empty for both
     * @param limit how many at most
     * @throws io.drover.api.DroverException {@code UNAVAILABLE}
     */
    List<Principal> search(String text, Optional<Boolean> group, int limit);

    /**
     * Whom this id, made by this provider, is about.
     *
     * @throws io.drover.api.DroverException {@code UNAVAILABLE}
     */
    Optional<Principal> find(String principalId);
}

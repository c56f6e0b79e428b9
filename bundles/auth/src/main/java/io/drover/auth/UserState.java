package io.drover.auth;

import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A user as far as his requests are concerned. Every change of the user or of what providers told of him makes another.
 *
 * @param groups what his requests carry, with those that every user is in
 */
record UserState(
        String id,
        String username,
        List<String> principals,
        boolean enabled,
        boolean mustChangePassword,
        boolean hasSecondFactor,
        List<String> groups) {

    private static final String LOCAL = "local://";
    private static final String SYSTEM = "system:";

    /** @param counts whether groups that this provider told of hold */
    static UserState of(Resource<User> user, Optional<Resource<UserAttribute>> attribute, Predicate<String> counts) {
        User value = user.value();
        return new UserState(
                user.name(),
                value.username() == null ? "" : value.username(),
                value.principalIds(),
                value.mayAct() && !user.isBeingDeleted(),
                Boolean.TRUE.equals(value.mustChangePassword()),
                user.label(SecondFactors.LABEL).isPresent(),
                groups(attribute, counts));
    }

    private static List<String> groups(Optional<Resource<UserAttribute>> attribute, Predicate<String> counts) {
        TreeSet<String> principals = new TreeSet<>();
        attribute.ifPresent(a -> a.value().groupPrincipals().entrySet().stream()
                .filter(ofProvider -> counts.test(ofProvider.getKey()))
                .flatMap(ofProvider -> ofProvider.getValue().items().stream())
                .map(UserState::name)
                .map(name -> name.startsWith(LOCAL) ? name.substring(LOCAL.length()) : name)
                // No directory may put anybody into a group that Kubernetes or Drover gives a meaning of its own.
                .filter(name -> !name.startsWith(SYSTEM) && isSafe(name))
                .forEach(principals::add));
        List<String> groups = new ArrayList<>(principals);
        groups.add("system:authenticated");
        groups.add("system:cattle:authenticated");
        return List.copyOf(groups);
    }

    /** On its way to a cluster, in a header, a name must not become another one: spaces around it are lost there, and so are controls. */
    private static boolean isSafe(String name) {
        return !name.isBlank() && name.strip().equals(name) && name.codePoints().noneMatch(Character::isISOControl);
    }

    private static String name(TokenPrincipal principal) {
        return principal.metadata() == null || principal.metadata().name() == null
                ? ""
                : principal.metadata().name();
    }
}

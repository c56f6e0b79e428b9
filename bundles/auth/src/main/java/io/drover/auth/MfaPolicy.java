package io.drover.auth;

import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.plane.Watched;
import java.util.Set;

/** Who has to have a second factor, by the setting {@code mfa-required-for}. */
final class MfaPolicy {

    private static final String ALL = "all";
    private static final String GLOBAL_ROLE = "globalrole://";

    private final Settings settings;
    private final Watched<GlobalRoleBinding> bindings;

    MfaPolicy(Settings settings, Watched<GlobalRoleBinding> bindings) {
        this.settings = settings;
        this.bindings = bindings;
    }

    boolean isRequiredOf(UserState user) {
        Set<String> named = settings.mfaRequiredFor();
        return !named.isEmpty()
                && (named.contains(ALL)
                        || user.groups().stream().anyMatch(named::contains)
                        || named.stream()
                                .anyMatch(name -> name.startsWith(GLOBAL_ROLE)
                                        && hasRole(user, name.substring(GLOBAL_ROLE.length()))));
    }

    private boolean hasRole(UserState user, String role) {
        return bindings.list().stream()
                .map(binding -> binding.value())
                .filter(binding -> role.equals(binding.globalRoleName()))
                .anyMatch(binding ->
                        user.id().equals(binding.userName()) || user.groups().contains(binding.groupPrincipalName()));
    }
}

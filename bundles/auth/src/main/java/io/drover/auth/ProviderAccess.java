package io.drover.auth;

import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.model.AuthConfig;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Watched;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who of those whom a provider knows may come in. */
final class ProviderAccess {

    private final Watched<ClusterRoleTemplateBinding> clusterMembers;
    private final Accounts accounts;

    ProviderAccess(ManagementPlane plane, Accounts accounts) {
        this.clusterMembers = plane.watched(ClusterRoleTemplateBinding.class);
        this.accounts = accounts;
    }

    boolean allows(AuthConfig config, SignedIn signedIn) {
        Set<String> ids = Stream.concat(Stream.of(signedIn.user()), signedIn.groups().stream())
                .map(Principal::id)
                .collect(Collectors.toSet());
        String mode =
                config.accessMode() == null || config.accessMode().isEmpty() ? "unrestricted" : config.accessMode();
        return switch (mode) {
            case "unrestricted" -> true;
            case "restricted" -> isNamed(config, ids) || isMember(signedIn.user(), ids);
            default -> isNamed(config, ids);
        };
    }

    private static boolean isNamed(AuthConfig config, Set<String> ids) {
        return config.allowedPrincipalIds().stream().anyMatch(ids::contains);
    }

    private boolean isMember(Principal user, Set<String> ids) {
        Optional<String> userId = accounts.userOf(user.id());
        return clusterMembers.list().stream()
                .map(binding -> binding.value())
                .anyMatch(member -> contains(ids, member.groupPrincipalName())
                        || contains(ids, member.userPrincipalName())
                        || userId.isPresent() && userId.get().equals(member.userName()));
    }

    /** A set of the JDK's may refuse to be asked for null. */
    private static boolean contains(Set<String> ids, String id) {
        return id != null && ids.contains(id);
    }
}

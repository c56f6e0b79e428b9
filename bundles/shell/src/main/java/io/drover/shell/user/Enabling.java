package io.drover.shell.user;

import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.Lookup;
import java.util.List;

/** What enabling and disabling have in common. */
final class Enabling {

    private Enabling() {}

    /** @return the users' ids */
    static List<String> set(ManagementPlane plane, List<String> namesOrIds, boolean enabled) {
        List<String> ids = namesOrIds.stream()
                .map(user -> Lookup.user(plane, user))
                .map(Resource::name)
                .toList();
        ids.forEach(id ->
                plane.objects(User.class).edit(id, resource -> resource.with(user -> withEnabled(user, enabled))));
        return ids;
    }

    private static User withEnabled(User user, boolean enabled) {
        return new User(
                user.displayName(),
                user.description(),
                user.username(),
                user.password(),
                user.mustChangePassword(),
                enabled,
                user.principalIds(),
                user.me(),
                user.status());
    }
}

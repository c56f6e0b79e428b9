package io.drover.auth;

import io.drover.api.model.User;
import java.util.ArrayList;
import java.util.List;

/** Copies of a user with something changed. */
final class Users {

    private Users() {}

    static User withPrincipal(User user, String principal) {
        if (user.principalIds().contains(principal)) {
            return user;
        }
        List<String> principals = new ArrayList<>(user.principalIds());
        principals.add(principal);
        return new User(
                user.displayName(),
                user.description(),
                user.username(),
                user.password(),
                user.mustChangePassword(),
                user.enabled(),
                principals,
                user.me(),
                user.status());
    }

    static User withPassword(User user, String hash, boolean mustChange) {
        return new User(
                user.displayName(),
                user.description(),
                user.username(),
                hash,
                mustChange,
                user.enabled(),
                user.principalIds(),
                user.me(),
                user.status());
    }
}

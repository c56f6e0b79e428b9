package io.drover.auth;

import io.drover.api.model.User;

/** Copies of a user with something changed. */
final class Users {

    private Users() {}

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

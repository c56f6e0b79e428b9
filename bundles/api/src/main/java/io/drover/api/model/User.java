package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import java.util.List;

/**
 * Somebody who may sign in. Its name, {@code u-} or {@code user-} and five characters, is what clusters see.
 *
 * @param username login name of a local user; empty for one of an external provider
 * @param password a hash of it
 */
@Kind(
        plural = "users",
        columns = {
            @Column(name = "Username", path = ".username"),
            @Column(name = "Display Name", path = ".displayName"),
            @Column(name = "Enabled", path = ".enabled", type = "boolean")
        })
@Rest(type = "user", plural = "users", idPrefix = "u-", stateful = true)
public record User(
        @Field(rest = "name") String displayName,
        String description,
        String username,
        @Field(type = "string", writeOnly = true, update = false) @Secret String password,
        @Field(nullable = false, defaultValue = "false") Boolean mustChangePassword,
        @Field(nullable = true, defaultValue = "true") Boolean enabled,
        @Field(type = "array[reference[principal]]") List<String> principalIds,
        @Field(create = false, update = false, nullable = false, defaultValue = "false") Boolean me,
        Status status) {

    public User {
        principalIds = principalIds == null ? List.of() : List.copyOf(principalIds);
    }

    public boolean mayAct() {
        return !Boolean.FALSE.equals(enabled);
    }

    public record Status(@Field(type = "array[userCondition]") List<Condition> conditions) {
        public Status {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
        }
    }
}

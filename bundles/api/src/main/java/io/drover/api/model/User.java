package io.drover.api.model;

import io.drover.api.kind.Description;
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
@Description("Somebody who may sign in. Its name is what clusters see.")
public record User(
        @Description("The name that people call him by.") @Field(rest = "name") String displayName,
        @Description("Who he is.") String description,
        @Description("The name that a local user signs in with; empty for one of an external provider.")
                String username,
        @Description("A hash of the password.") @Field(type = "string", writeOnly = true, update = false) @Secret
                String password,
        @Description("Whether he has to choose a new password first.") @Field(nullable = false, defaultValue = "false")
                Boolean mustChangePassword,
        @Description("Whether he may sign in and his tokens are good.") @Field(nullable = true, defaultValue = "true")
                Boolean enabled,
        @Description("Who he is for each identity provider.") @Field(type = "array[reference[principal]]")
                List<String> principalIds,
        @Description("Whether it is whoever asks.")
                @Field(create = false, update = false, nullable = false, defaultValue = "false")
                Boolean me,
        Status status) {

    public User {
        principalIds = principalIds == null ? List.of() : List.copyOf(principalIds);
    }

    public boolean mayAct() {
        return !Boolean.FALSE.equals(enabled);
    }

    @Description("What was done for him.")
    public record Status(
            @Description("What is the case with him, and what is not yet.") @Field(type = "array[userCondition]")
                    List<Condition> conditions) {
        public Status {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
        }
    }
}

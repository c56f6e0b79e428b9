package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import java.util.List;

/** Rights in the management plane. */
@Kind(plural = "globalroles", columns = @Column(name = "Display Name", path = ".displayName"))
@Rest(type = "globalRole", plural = "globalRoles", idPrefix = "gr-")
@Description("Rights in the management plane.")
public record GlobalRole(
        @Description("The name that people call it by.") @Field(rest = "name", required = true) String displayName,
        @Description("What it is for.") String description,
        @Description("What it permits.") List<PolicyRule> rules,
        @Description("Whether every new user gets it.")
                @Field(required = true, nullable = false, defaultValue = "false")
                Boolean newUserDefault,
        @Description("Whether it came with Drover.")
                @Field(create = false, update = false, nullable = false, defaultValue = "false")
                Boolean builtin) {

    public GlobalRole {
        rules = rules == null ? List.of() : List.copyOf(rules);
    }
}

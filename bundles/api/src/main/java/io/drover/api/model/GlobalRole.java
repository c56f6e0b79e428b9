package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import java.util.List;

/** Rights in the management plane. */
@Kind(plural = "globalroles", columns = @Column(name = "Display Name", path = ".displayName"))
@Rest(type = "globalRole", plural = "globalRoles", idPrefix = "gr-")
public record GlobalRole(
        @Field(rest = "name", required = true) String displayName,
        String description,
        List<PolicyRule> rules,
        @Field(required = true, nullable = false, defaultValue = "false") Boolean newUserDefault,
        @Field(create = false, update = false, nullable = false, defaultValue = "false") Boolean builtin) {

    public GlobalRole {
        rules = rules == null ? List.of() : List.copyOf(rules);
    }
}

package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;

/** Gives a user or group a {@link GlobalRole}. */
@Kind(
        plural = "globalrolebindings",
        columns = {
            @Column(name = "Role", path = ".globalRoleName"),
            @Column(name = "User", path = ".userName"),
            @Column(name = "Group", path = ".groupPrincipalName")
        })
@Rest(type = "globalRoleBinding", plural = "globalRoleBindings", idPrefix = "grb-", namedByCaller = true)
@Description("Gives a user or a group a global role.")
public record GlobalRoleBinding(
        @Description("The role.")
                @Field(rest = "globalRoleId", type = "reference[globalRole]", required = true, update = false)
                String globalRoleName,
        @Description("Id of the user who has it.") @Field(rest = "userId", type = "reference[user]", update = false)
                String userName,
        @Description("The group, as an identity provider knows it, whose members have it.")
                @Field(rest = "groupPrincipalId", type = "reference[principal]", update = false)
                String groupPrincipalName) {}

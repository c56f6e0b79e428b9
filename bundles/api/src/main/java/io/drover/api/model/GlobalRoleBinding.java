package io.drover.api.model;

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
public record GlobalRoleBinding(
        @Field(rest = "globalRoleId", type = "reference[globalRole]", required = true, update = false)
                String globalRoleName,
        @Field(rest = "userId", type = "reference[user]", update = false) String userName,
        @Field(rest = "groupPrincipalId", type = "reference[principal]", update = false) String groupPrincipalName) {}

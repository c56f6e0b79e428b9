package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;

/** Gives a user or group a role in one cluster. Its namespace is the cluster's id. */
@Kind(
        plural = "clusterroletemplatebindings",
        namespaced = true,
        columns = {
            @Column(name = "Role", path = ".roleTemplateName"),
            @Column(name = "User", path = ".userName"),
            @Column(name = "Group", path = ".groupPrincipalName")
        })
@Rest(
        type = "clusterRoleTemplateBinding",
        plural = "clusterRoleTemplateBindings",
        idPrefix = "crtb-",
        scope = "cluster",
        namedByCaller = true)
@Description("Gives a user or a group a role in one cluster. Its namespace is the cluster's id.")
public record ClusterRoleTemplateBinding(
        @Description("Id of the cluster.")
                @Field(rest = "clusterId", type = "reference[cluster]", required = true, update = false)
                String clusterName,
        @Description("The role.") @Field(rest = "roleTemplateId", type = "reference[roleTemplate]", required = true)
                String roleTemplateName,
        @Description("Id of the user who has it.") @Field(rest = "userId", type = "reference[user]", update = false)
                String userName,
        @Description("The user, as an identity provider knows him.")
                @Field(rest = "userPrincipalId", type = "reference[principal]", update = false)
                String userPrincipalName,
        @Description("Id of the group whose members have it.")
                @Field(rest = "groupId", type = "reference[group]", update = false)
                String groupName,
        @Description("The group, as an identity provider knows it.")
                @Field(rest = "groupPrincipalId", type = "reference[principal]", update = false)
                String groupPrincipalName) {}

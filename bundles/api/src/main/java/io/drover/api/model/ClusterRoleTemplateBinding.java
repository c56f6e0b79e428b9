package io.drover.api.model;

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
public record ClusterRoleTemplateBinding(
        @Field(rest = "clusterId", type = "reference[cluster]", required = true, update = false) String clusterName,
        @Field(rest = "roleTemplateId", type = "reference[roleTemplate]", required = true) String roleTemplateName,
        @Field(rest = "userId", type = "reference[user]", update = false) String userName,
        @Field(rest = "userPrincipalId", type = "reference[principal]", update = false) String userPrincipalName,
        @Field(rest = "groupId", type = "reference[group]", update = false) String groupName,
        @Field(rest = "groupPrincipalId", type = "reference[principal]", update = false) String groupPrincipalName) {}

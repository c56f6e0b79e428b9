package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import java.util.List;

/** A role that can be given in a cluster or project. */
@Kind(
        plural = "roletemplates",
        columns = {@Column(name = "Display Name", path = ".displayName"), @Column(name = "Context", path = ".context")})
@Rest(type = "roleTemplate", plural = "roleTemplates", idPrefix = "rt-")
@Description("A role that can be given in a cluster or a project.")
public record RoleTemplate(
        @Description("The name that people call it by.") @Field(rest = "name", required = true) String displayName,
        @Description("What it is for.") String description,
        @Description("What it permits there.") List<PolicyRule> rules,
        @Description("Roles whose rules it has, too.")
                @Field(rest = "roleTemplateIds", type = "array[reference[roleTemplate]]")
                List<String> roleTemplateNames,
        @Description("Where it is given: cluster or project.")
                @Field(
                        options = {"project", "cluster"},
                        type = "string")
                String context,
        @Description("Whether it came with Drover.")
                @Field(create = false, update = false, nullable = false, defaultValue = "false")
                Boolean builtin,
        @Description("Whether its rules are those of a ClusterRole of the same name in each cluster.")
                @Field(nullable = false, defaultValue = "false")
                Boolean external,
        @Description("Whether it is left out where a role is chosen.") @Field(nullable = false, defaultValue = "false")
                Boolean hidden,
        @Description("Whether it can be given no more.") @Field(nullable = false, defaultValue = "false")
                Boolean locked,
        @Description("Whether it is given to the first owner by those who administer.")
                @Field(nullable = false, defaultValue = "false")
                Boolean administrative,
        @Description("Whether whoever makes a cluster gets it there.")
                @Field(required = true, nullable = false, defaultValue = "false")
                Boolean clusterCreatorDefault,
        @Description("Whether whoever makes a project gets it there.")
                @Field(required = true, nullable = false, defaultValue = "false")
                Boolean projectCreatorDefault) {

    public RoleTemplate {
        rules = rules == null ? List.of() : List.copyOf(rules);
        roleTemplateNames = roleTemplateNames == null ? List.of() : List.copyOf(roleTemplateNames);
    }
}

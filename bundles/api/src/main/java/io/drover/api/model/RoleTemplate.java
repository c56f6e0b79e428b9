package io.drover.api.model;

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
public record RoleTemplate(
        @Field(rest = "name", required = true) String displayName,
        String description,
        List<PolicyRule> rules,
        @Field(rest = "roleTemplateIds", type = "array[reference[roleTemplate]]") List<String> roleTemplateNames,
        @Field(
                        options = {"project", "cluster"},
                        type = "string")
                String context,
        @Field(create = false, update = false, nullable = false, defaultValue = "false") Boolean builtin,
        @Field(nullable = false, defaultValue = "false") Boolean external,
        @Field(nullable = false, defaultValue = "false") Boolean hidden,
        @Field(nullable = false, defaultValue = "false") Boolean locked,
        @Field(nullable = false, defaultValue = "false") Boolean administrative,
        @Field(required = true, nullable = false, defaultValue = "false") Boolean clusterCreatorDefault,
        @Field(required = true, nullable = false, defaultValue = "false") Boolean projectCreatorDefault) {

    public RoleTemplate {
        rules = rules == null ? List.of() : List.copyOf(rules);
        roleTemplateNames = roleTemplateNames == null ? List.of() : List.copyOf(roleTemplateNames);
    }
}

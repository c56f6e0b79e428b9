package io.drover.api.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.drover.api.kind.Description;
import java.util.List;

/** Kubernetes' rule: these verbs on these resources. {@code *} stands for all. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyRule(
        @Description("API groups; an empty name is the core group.") List<String> apiGroups,
        @Description("Plurals of kinds, with subresources after a slash.") List<String> resources,
        @Description("Objects it is limited to, by name; empty for all.") List<String> resourceNames,
        @Description("Paths that belong to no kind.") List<String> nonResourceURLs,
        @Description("What may be done.") List<String> verbs) {

    public PolicyRule {
        apiGroups = copy(apiGroups);
        resources = copy(resources);
        resourceNames = copy(resourceNames);
        nonResourceURLs = copy(nonResourceURLs);
        verbs = copy(verbs);
    }

    private static List<String> copy(List<String> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}

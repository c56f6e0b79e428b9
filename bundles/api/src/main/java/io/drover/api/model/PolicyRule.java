package io.drover.api.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Kubernetes' rule: these verbs on these resources. {@code *} stands for all. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyRule(
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceURLs,
        List<String> verbs) {

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

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** Each rule says verbs, and either resources of groups or paths; a role of a namespace has nothing to do with paths. */
final class RoleRules implements ResourceType.Rules {

    @Override
    public void validate(ObjectNode role, ObjectNode before, List<Cause> causes) {
        boolean namespaced = role.path("kind").asText().equals("Role");
        int i = 0;
        for (JsonNode rule : role.path("rules")) {
            String at = "rules[" + i++ + "]";
            if (rule.path("verbs").isEmpty()) {
                causes.add(Cause.required(at + ".verbs", "verbs must contain at least one value"));
            }
            JsonNode paths = rule.path("nonResourceURLs");
            if (!paths.isEmpty()) {
                if (namespaced) {
                    causes.add(Cause.invalid(
                            at + ".nonResourceURLs",
                            paths.toString(),
                            "namespaced rules cannot apply to non-resource URLs"));
                }
                if (!rule.path("apiGroups").isEmpty()
                        || !rule.path("resources").isEmpty()
                        || !rule.path("resourceNames").isEmpty()) {
                    causes.add(Cause.invalid(
                            at + ".nonResourceURLs",
                            paths.toString(),
                            "rules cannot apply to both regular resources and non-resource URLs"));
                }
                continue;
            }
            if (rule.path("apiGroups").isEmpty()) {
                causes.add(Cause.required(at + ".apiGroups", "resource rules must supply at least one api group"));
            }
            if (rule.path("resources").isEmpty()) {
                causes.add(Cause.required(at + ".resources", "resource rules must supply at least one resource"));
            }
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** A binding names its role for ever; subjects that are users or groups belong to RBAC's group. */
final class BindingRules implements ResourceType.Rules {

    private static final String GROUP = "rbac.authorization.k8s.io";

    @Override
    public void normalise(ObjectNode binding) {
        if (binding.get("roleRef") instanceof ObjectNode role
                && role.path("apiGroup").asText().isEmpty()) {
            role.put("apiGroup", GROUP);
        }
        for (JsonNode subject : binding.path("subjects")) {
            boolean account = subject.path("kind").asText().equals("ServiceAccount");
            if (subject instanceof ObjectNode object
                    && !account
                    && subject.path("apiGroup").asText().isEmpty()) {
                object.put("apiGroup", GROUP);
            }
        }
    }

    @Override
    public void validate(ObjectNode binding, ObjectNode before, List<Cause> causes) {
        String kind = binding.at("/roleRef/kind").asText();
        boolean clusterWide = binding.path("kind").asText().equals("ClusterRoleBinding");
        List<String> kinds = clusterWide ? List.of("ClusterRole") : List.of("Role", "ClusterRole");
        if (!kinds.contains(kind)) {
            causes.add(Cause.unsupported("roleRef.kind", '"' + kind + '"', kinds));
        }
        if (binding.at("/roleRef/name").asText().isEmpty()) {
            causes.add(Cause.required("roleRef.name", ""));
        }
        if (before != null && !before.path("roleRef").equals(binding.path("roleRef"))) {
            causes.add(Cause.invalid("roleRef", binding.path("roleRef").toString(), "cannot change roleRef"));
        }
        int i = 0;
        for (JsonNode subject : binding.path("subjects")) {
            String at = "subjects[" + i++ + "]";
            if (subject.path("name").asText().isEmpty()) {
                causes.add(Cause.required(at + ".name", ""));
            }
            if (subject.path("kind").asText().equals("ServiceAccount")
                    && subject.path("namespace").asText().isEmpty()) {
                causes.add(Cause.required(at + ".namespace", ""));
            }
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** A binding names its role for ever; subjects that are users or groups belong to RBAC's group. */
final class BindingRules implements ResourceType.Rules {

    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<String> PEOPLE = List.of("User", "Group");
    private static final List<String> SUBJECTS = List.of("ServiceAccount", "User", "Group");

    @Override
    public void normalise(ObjectNode binding) {
        if (binding.get("roleRef") instanceof ObjectNode role
                && role.path("apiGroup").asText().isEmpty()) {
            role.put("apiGroup", GROUP);
        }
        for (JsonNode subject : binding.path("subjects")) {
            if (subject instanceof ObjectNode object
                    && PEOPLE.contains(subject.path("kind").asText())
                    && subject.path("apiGroup").asText().isEmpty()) {
                object.put("apiGroup", GROUP);
            }
        }
    }

    @Override
    public void validate(ObjectNode binding, ObjectNode before, List<Cause> causes) {
        JsonNode role = binding.path("roleRef");
        if (before != null && !before.path("roleRef").equals(role)) {
            causes.add(Cause.invalid("roleRef", role.toString(), "cannot change roleRef"));
        }
        boolean everywhere = binding.path("kind").asText().equals("ClusterRoleBinding");
        validateRole(role, everywhere, causes);
        int i = 0;
        for (JsonNode subject : binding.path("subjects")) {
            validateSubject(subject, everywhere, "subjects[" + i++ + "]", causes);
        }
    }

    private static void validateRole(JsonNode role, boolean everywhere, List<Cause> causes) {
        String group = role.path("apiGroup").asText();
        if (!group.equals(GROUP)) {
            causes.add(Cause.unsupported("roleRef.apiGroup", '"' + group + '"', List.of(GROUP)));
        }
        String kind = role.path("kind").asText();
        List<String> kinds = everywhere ? List.of("ClusterRole") : List.of("Role", "ClusterRole");
        if (!kinds.contains(kind)) {
            causes.add(Cause.unsupported("roleRef.kind", '"' + kind + '"', kinds));
        }
        String name = role.path("name").asText();
        if (name.isEmpty()) {
            causes.add(Cause.required("roleRef.name", ""));
        }
        Names.checkSegment(name, "roleRef.name", causes);
    }

    private static void validateSubject(JsonNode subject, boolean everywhere, String at, List<Cause> causes) {
        String name = subject.path("name").asText();
        String group = subject.path("apiGroup").asText();
        String kind = subject.path("kind").asText();
        if (name.isEmpty()) {
            causes.add(Cause.required(at + ".name", ""));
        }
        if (kind.equals("ServiceAccount")) {
            if (!name.isEmpty()) {
                Names.checkSubdomain(name, at + ".name", causes);
            }
            if (!group.isEmpty()) {
                causes.add(Cause.unsupported(at + ".apiGroup", '"' + group + '"', List.of("")));
            }
            if (everywhere && subject.path("namespace").asText().isEmpty()) {
                causes.add(Cause.required(at + ".namespace", ""));
            }
        } else if (!PEOPLE.contains(kind)) {
            causes.add(Cause.unsupported(at + ".kind", '"' + kind + '"', SUBJECTS));
        } else if (!group.equals(GROUP)) {
            causes.add(Cause.unsupported(at + ".apiGroup", '"' + group + '"', List.of(GROUP)));
        }
    }
}

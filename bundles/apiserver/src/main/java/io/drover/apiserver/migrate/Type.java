package io.drover.apiserver.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A kind of objects that is moved.
 *
 * @param status whether its status is written apart
 * @param custom whether a definition that is moved, too, brings it
 */
record Type(
        String group, String version, String plural, String kind, boolean namespaced, boolean status, boolean custom) {

    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String ADMISSION = "admissionregistration.k8s.io";

    /** Events and leases are of the moment and stay behind. */
    static final List<Type> BUILT_IN = List.of(
            builtIn("", "secrets", "Secret", true),
            builtIn("", "configmaps", "ConfigMap", true),
            builtIn("", "serviceaccounts", "ServiceAccount", true),
            builtIn("", "resourcequotas", "ResourceQuota", true),
            builtIn(RBAC, "clusterroles", "ClusterRole", false),
            builtIn(RBAC, "clusterrolebindings", "ClusterRoleBinding", false),
            builtIn(RBAC, "roles", "Role", true),
            builtIn(RBAC, "rolebindings", "RoleBinding", true),
            builtIn(ADMISSION, "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false),
            builtIn(ADMISSION, "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false),
            builtIn(ADMISSION, "validatingadmissionpolicies", "ValidatingAdmissionPolicy", false),
            builtIn(ADMISSION, "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", false));

    static final Type NAMESPACE = builtIn("", "namespaces", "Namespace", false);
    static final Type DEFINITION =
            builtIn("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", false);

    private static Type builtIn(String group, String plural, String kind, boolean namespaced) {
        return new Type(group, "v1", plural, kind, namespaced, false, false);
    }

    /** The kind that a definition brings, in the version that it is stored in. */
    static Type of(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode stored = spec.path("versions").get(0);
        for (JsonNode version : spec.path("versions")) {
            stored = version.path("storage").asBoolean() ? version : stored;
        }
        return new Type(
                spec.path("group").asText(),
                stored.path("name").asText(),
                spec.path("names").path("plural").asText(),
                spec.path("names").path("kind").asText(),
                spec.path("scope").asText().equals("Namespaced"),
                stored.path("subresources").has("status"),
                true);
    }

    /** @param namespace empty for all, or for an object of cluster scope */
    String path(String namespace) {
        String base = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        return base + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + plural;
    }

    @Override
    public String toString() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}

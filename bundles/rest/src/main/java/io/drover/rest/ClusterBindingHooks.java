package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.Escalation;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;

/** A binding gives one role of a cluster to one user or one group. */
final class ClusterBindingHooks extends TypeHooks {

    private final ManagementPlane plane;
    private final Escalation escalation;

    ClusterBindingHooks(ManagementPlane plane, Escalation escalation) {
        this.plane = plane;
        this.escalation = escalation;
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        // A client sends the principal of a group as the user's too.
        if (text(resource, "groupPrincipalId").equals(text(resource, "userPrincipalId"))) {
            resource.remove("userPrincipalId");
        }
        boolean user = !text(resource, "userId").isEmpty()
                || !text(resource, "userPrincipalId").isEmpty();
        boolean group = !text(resource, "groupId").isEmpty()
                || !text(resource, "groupPrincipalId").isEmpty();
        if (user == group) {
            throw Refusal.invalidBody(
                    "must target a user [userId]/[userPrincipalId] OR a group " + "[groupId]/[groupPrincipalId]");
        }
        checkRole(call, text(resource, "roleTemplateId"), text(resource, "clusterId"));
    }

    @Override
    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
        String role = text(resource, "roleTemplateId");
        if (!role.isEmpty() && !role.equals(text(stored, "roleTemplateName"))) {
            checkRole(call, role, text(stored, "clusterName"));
        }
    }

    private void checkRole(Call call, String name, String clusterId) {
        RoleTemplate role = plane.objects(RoleTemplate.class)
                .get(name)
                .map(Resource::value)
                .orElseThrow(() -> Refusal.notFound("roletemplates.management.cattle.io \"" + name + "\" not found"));
        if (!"cluster".equals(role.context())) {
            throw Refusal.invalidBody("Cannot reference context [" + role.context() + "] from [cluster] context");
        }
        if (Boolean.TRUE.equals(role.locked())) {
            throw DroverException.invalid("InvalidState", null, "Role is locked and cannot be assigned");
        }
        escalation.requireInCluster(call.caller(), clusterId, name);
    }

    /** Whoever is named by a principal that a user of ours has is that user. */
    @Override
    void store(Call call, ObjectNode resource, ObjectNode stored) {
        String principal = text(stored, "userPrincipalName");
        if (!principal.isEmpty() && text(stored, "userName").isEmpty()) {
            plane.objects(User.class).list().stream()
                    .filter(user -> user.value().principalIds().contains(principal))
                    .findFirst()
                    .ifPresent(user -> stored.put("userName", user.name()));
        }
    }

    private static String text(ObjectNode object, String field) {
        return object.path(field).asText("");
    }
}

package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Escalation;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;

/** A binding gives one role to one user or one group. */
final class GlobalRoleBindingHooks extends TypeHooks {

    private final ManagementPlane plane;
    private final Escalation escalation;

    GlobalRoleBindingHooks(ManagementPlane plane, Escalation escalation) {
        this.plane = plane;
        this.escalation = escalation;
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        String user = resource.path("userId").asText("");
        String group = resource.path("groupPrincipalId").asText("");
        if (user.isEmpty() == group.isEmpty()) {
            throw Refusal.invalidBody("must contain field [groupPrincipalId] OR field [userId]");
        }
        String role = resource.path("globalRoleId").asText("");
        GlobalRole found = plane.objects(GlobalRole.class)
                .get(role)
                .map(stored -> stored.value())
                .orElseThrow(() -> Refusal.notFound("globalroles.management.cattle.io \"" + role + "\" not found"));
        if (!user.isEmpty() && plane.objects(User.class).get(user).isEmpty()) {
            throw Refusal.notFound("users.management.cattle.io \"" + user + "\" not found");
        }
        escalation.require(call.caller(), found.rules());
    }
}

package io.drover.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.ServerPart;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Escalation;
import io.drover.api.kind.KindJson;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.Admission;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Drover's roles and bindings, written through the management plane's Kubernetes API: refused where {@code /v3} refuses them, which
 * decides by the same {@link Escalation} before it writes as Drover.
 */
@ServerPart("checks of who gives which role")
@Component
public final class RoleAdmission implements Admission {

    private static final String GLOBAL_ROLES = "globalroles";
    private static final String GLOBAL_ROLE_BINDINGS = "globalrolebindings";
    private static final String ROLE_TEMPLATES = "roletemplates";
    private static final String CLUSTER_BINDINGS = "clusterroletemplatebindings";

    private final Watched<GlobalRole> globalRoles;
    private final Watched<RoleTemplate> roleTemplates;
    private final Escalation escalation;

    @Activate
    public RoleAdmission(@Reference ManagementPlane plane, @Reference RoleAuthorizer authorizer) {
        this.globalRoles = plane.watched(GlobalRole.class);
        this.roleTemplates = plane.watched(RoleTemplate.class);
        this.escalation = new Escalation(authorizer, this::template);
    }

    private Optional<RoleTemplate> template(String name) {
        return roleTemplates.get(name).map(Resource::value);
    }

    @Override
    public Set<String> resources() {
        return Set.of(
                RoleGraph.MANAGEMENT + "/" + GLOBAL_ROLES,
                RoleGraph.MANAGEMENT + "/" + GLOBAL_ROLE_BINDINGS,
                RoleGraph.MANAGEMENT + "/" + ROLE_TEMPLATES,
                RoleGraph.MANAGEMENT + "/" + CLUSTER_BINDINGS);
    }

    @Override
    public void validate(Change change) {
        if (change.caller().isSystem()) {
            return;
        }
        ObjectNode object = change.object();
        boolean deletion = change.operation() == Operation.DELETE;
        switch (change.resource()) {
            case GLOBAL_ROLES -> {
                checkBuiltin(change, "newUserDefault");
                if (!deletion) {
                    escalation.require(
                            change.caller(), read(object, GlobalRole.class).rules());
                }
            }
            case ROLE_TEMPLATES -> {
                checkBuiltin(change, "locked", "clusterCreatorDefault", "projectCreatorDefault");
                if (!deletion) {
                    escalation.require(
                            change.caller(), read(object, RoleTemplate.class).rules());
                }
            }
            case GLOBAL_ROLE_BINDINGS -> {
                if (!deletion) {
                    checkBinding(change.caller(), read(object, GlobalRoleBinding.class), change.before());
                }
            }
            default -> {
                if (!deletion) {
                    checkClusterBinding(change, read(object, ClusterRoleTemplateBinding.class));
                }
            }
        }
    }

    private void checkBinding(Caller caller, GlobalRoleBinding binding, Optional<ObjectNode> before) {
        Optional<GlobalRoleBinding> old = before.map(b -> read(b, GlobalRoleBinding.class));
        if (old.isPresent()) {
            if (!old.get().equals(binding)) {
                throw DroverException.rejected("the role and subject of a GlobalRoleBinding can't be changed");
            }
            return;
        }
        if (present(binding.userName()) == present(binding.groupPrincipalName())) {
            throw DroverException.rejected("exactly one of userName and groupPrincipalName is needed");
        }
        GlobalRole role = globalRoles
                .get(binding.globalRoleName())
                .map(Resource::value)
                .orElseThrow(
                        () -> DroverException.rejected("there is no GlobalRole \"" + binding.globalRoleName() + "\""));
        escalation.require(caller, role.rules());
    }

    private void checkClusterBinding(Change change, ClusterRoleTemplateBinding binding) {
        Optional<ClusterRoleTemplateBinding> old = change.before().map(b -> read(b, ClusterRoleTemplateBinding.class));
        if (old.isPresent() && old.get().equals(binding)) {
            return;
        }
        if (!change.namespace().equals(binding.clusterName())) {
            throw DroverException.rejected("clusterName must be the namespace, \"" + change.namespace() + "\"");
        }
        RoleTemplate role = template(Objects.toString(binding.roleTemplateName(), ""))
                .orElseThrow(() ->
                        DroverException.rejected("there is no RoleTemplate \"" + binding.roleTemplateName() + "\""));
        if (!"cluster".equals(role.context())) {
            throw DroverException.rejected("a role of context \"" + role.context() + "\" can't be given in a cluster");
        }
        if (Boolean.TRUE.equals(role.locked())) {
            throw DroverException.rejected("the role is locked and can't be given");
        }
        escalation.requireInCluster(change.caller(), change.namespace(), binding.roleTemplateName());
    }

    /** A role that came with Drover stays, and stays what it is, but for some switches. */
    private static void checkBuiltin(Change change, String... switches) {
        boolean was = change.before().map(b -> b.path("builtin").asBoolean()).orElse(false);
        if (!was) {
            if (change.object().path("builtin").asBoolean()) {
                throw DroverException.rejected("builtin is for roles that come with Drover");
            }
            return;
        }
        if (change.operation() == Operation.DELETE) {
            throw DroverException.denied("a role that came with Drover can't be deleted");
        }
        if (!fixed(change.before().get(), switches).equals(fixed(change.object(), switches))) {
            throw DroverException.denied(
                    "of a role that came with Drover, only " + String.join(", ", switches) + " can be changed");
        }
    }

    private static ObjectNode fixed(ObjectNode role, String... switches) {
        ObjectNode fixed = role.deepCopy();
        fixed.remove("metadata");
        fixed.remove(Set.of(switches));
        return fixed;
    }

    private static boolean present(String text) {
        return text != null && !text.isEmpty();
    }

    private static <K extends Record> K read(ObjectNode object, Class<K> kind) {
        try {
            return KindJson.mapper().treeToValue(object, kind);
        } catch (JsonProcessingException e) {
            throw DroverException.rejected(e.getOriginalMessage());
        }
    }
}

package io.drover.shell.user;

import io.drover.api.DroverException;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;

/** Roles that users have by a binding of their own. */
final class Grants {

    private final ManagementPlane plane;
    private final Objects<GlobalRoleBinding> global;
    private final Objects<ClusterRoleTemplateBinding> inClusters;

    Grants(ManagementPlane plane) {
        this.plane = plane;
        this.global = plane.objects(GlobalRoleBinding.class);
        this.inClusters = plane.objects(ClusterRoleTemplateBinding.class);
    }

    void requireGlobalRole(String role) {
        if (plane.objects(GlobalRole.class).get(role).isEmpty()) {
            throw DroverException.notFound(
                    "There is no global role " + role + "; for a role in one cluster say --cluster as well");
        }
    }

    /** @return false if he has it already */
    boolean giveGlobally(String userId, String role) {
        requireGlobalRole(role);
        if (!globally(userId, role).isEmpty()) {
            return false;
        }
        global.create(new Resource<>(
                new ObjectMetaBuilder().withGenerateName("grb-").build(), new GlobalRoleBinding(role, userId, null)));
        return true;
    }

    /** @return false if he has it already */
    boolean giveIn(String clusterId, String userId, String role) {
        RoleTemplate template = plane.objects(RoleTemplate.class)
                .get(role)
                .map(Resource::value)
                .filter(found -> "cluster".equals(found.context()))
                .orElseThrow(() -> DroverException.notFound("There is no role " + role + " for clusters"));
        if (Boolean.TRUE.equals(template.locked())) {
            throw DroverException.rejected("The role " + role + " is locked and can't be given");
        }
        if (!in(clusterId, userId, role).isEmpty()) {
            return false;
        }
        inClusters.create(new Resource<>(
                new ObjectMetaBuilder()
                        .withGenerateName("crtb-")
                        .withNamespace(clusterId)
                        .build(),
                new ClusterRoleTemplateBinding(clusterId, role, userId, null, null, null)));
        return true;
    }

    /** @return false if he does not have it */
    boolean takeGlobally(String userId, String role) {
        List<Resource<GlobalRoleBinding>> found = globally(userId, role);
        found.forEach(binding -> global.delete(binding.name()));
        return !found.isEmpty();
    }

    /** @return false if he does not have it */
    boolean takeIn(String clusterId, String userId, String role) {
        List<Resource<ClusterRoleTemplateBinding>> found = in(clusterId, userId, role);
        found.forEach(binding -> inClusters.delete(clusterId, binding.name()));
        return !found.isEmpty();
    }

    private List<Resource<GlobalRoleBinding>> globally(String userId, String role) {
        return global.list().stream()
                .filter(binding -> userId.equals(binding.value().userName()))
                .filter(binding -> role.equals(binding.value().globalRoleName()))
                .toList();
    }

    private List<Resource<ClusterRoleTemplateBinding>> in(String clusterId, String userId, String role) {
        return inClusters.list(clusterId).stream()
                .filter(binding -> userId.equals(binding.value().userName()))
                .filter(binding -> role.equals(binding.value().roleTemplateName()))
                .toList();
    }
}

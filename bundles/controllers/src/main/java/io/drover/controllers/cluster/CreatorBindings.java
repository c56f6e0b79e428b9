package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Collection;
import java.util.List;

/** Makes whoever created a cluster its owner, once: what is taken from him later stays taken. */
final class CreatorBindings {

    private static final String CREATOR = "field.cattle.io/creatorId";

    private final Objects<ClusterRoleTemplateBinding> bindings;
    private final Watched<RoleTemplate> templates;
    private final Watched<User> users;

    CreatorBindings(ManagementPlane plane) {
        this.bindings = plane.objects(ClusterRoleTemplateBinding.class);
        this.templates = plane.watched(RoleTemplate.class);
        this.users = plane.watched(User.class);
    }

    /** @return whether there is nothing left to do; not before there are role templates at all */
    boolean ensure(Resource<Cluster> cluster) {
        if (ClusterConditions.isTrue(cluster, "CreatorMadeOwner")) {
            return true;
        }
        String creator = cluster.annotation(CREATOR).orElse("");
        if (creator.isEmpty()) {
            return true;
        }
        Collection<Resource<RoleTemplate>> known = templates.list();
        known.stream()
                .filter(template -> "cluster".equals(template.value().context()))
                .filter(template -> Boolean.TRUE.equals(template.value().clusterCreatorDefault()))
                .forEach(template -> bind(cluster.name(), template.name(), creator));
        return !known.isEmpty();
    }

    private void bind(String clusterId, String template, String creator) {
        List<String> principals =
                users.get(creator).map(user -> user.value().principalIds()).orElse(List.of());
        String principal = principals.isEmpty() ? null : principals.get(0);
        try {
            bindings.create(Resource.named(
                    clusterId,
                    "creator-" + template,
                    new ClusterRoleTemplateBinding(clusterId, template, creator, principal, null, null)));
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
        }
    }
}

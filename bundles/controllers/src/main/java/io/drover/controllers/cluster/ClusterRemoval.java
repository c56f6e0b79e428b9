package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.cluster.Clusters;
import io.drover.api.control.Outcome;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is Drover's own part of taking a cluster down, before and after its driver's. */
final class ClusterRemoval {

    private static final Logger log = LoggerFactory.getLogger(ClusterRemoval.class);

    private final Objects<ClusterRegistrationToken> tokens;
    private final Objects<ClusterRoleTemplateBinding> bindings;
    private final Belongings belongings;
    private final Downstreams downstreams;
    private final Clusters reachable;

    ClusterRemoval(ManagementPlane plane, Belongings belongings, Downstreams downstreams, Clusters reachable) {
        this.tokens = plane.objects(ClusterRegistrationToken.class);
        this.bindings = plane.objects(ClusterRoleTemplateBinding.class);
        this.belongings = belongings;
        this.downstreams = downstreams;
        this.reachable = reachable;
    }

    /** Takes back people's rights in the cluster. @return a line for what could not be reached */
    List<String> revokeAccess(Resource<Cluster> cluster) {
        List<String> leftBehind = new ArrayList<>();
        if (cluster.value().status().apiEndpoint() == null) {
            return leftBehind;
        }
        boolean revoked = false;
        if (reachable.reach(cluster.name()).reachable()) {
            try {
                downstreams.of(cluster.name()).allow(cluster.name(), Set.of(), Set.of());
                revoked = true;
            } catch (DroverException e) {
                log.warn(
                        "People's rights could not be taken back: cluster={} reason={}",
                        cluster.name(),
                        e.getMessage());
            }
        }
        if (!revoked) {
            leftBehind.add("ClusterRoles and ClusterRoleBindings with label " + KubernetesDownstream.OWNER + "="
                    + cluster.name());
        }
        return leftBehind;
    }

    /** Removes what belongs to the cluster in the management plane, and tells of what was left in the cluster. */
    Outcome<Cluster> release(Resource<Cluster> cluster, List<String> leftBehind) {
        String id = cluster.name();
        bindings.list(id).forEach(binding -> bindings.delete(id, binding.name()));
        tokens.list(id).forEach(token -> tokens.delete(id, token.name()));
        belongings.removeSecrets(
                id, Optional.ofNullable(cluster.value().status().serviceAccountTokenSecret()));
        belongings.removeNamespace(id);
        if (leftBehind.isEmpty()) {
            log.info("Cluster removed: cluster={}", id);
            return Outcome.done();
        }
        String message =
                "Released without being cleaned up. Left behind in the cluster: " + String.join("; ", leftBehind);
        log.warn("Cluster released, and things are left behind in it: cluster={} left={}", id, leftBehind);
        try {
            belongings.leaveNote(id, cluster.metadata().getUid(), "LeftBehind", message);
        } catch (RuntimeException e) {
            log.warn("No Event could be written about it: cluster={} reason={}", id, e.getMessage());
        }
        return Outcome.show(shown -> shown.withStatus(status -> ClusterConditions.leftBehind(status, message)));
    }
}

package io.drover.controllers.cluster;

import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.Condition;
import io.drover.api.plane.Resource;

/**
 * Conditions of clusters. Their order in a new cluster matters: the first that is not yet true is what {@code /v3} shows as the state,
 * {@code pending}, {@code provisioning}, {@code waiting}.
 */
final class ClusterConditions {

    static final String PENDING = "Pending";
    static final String PROVISIONED = "Provisioned";
    static final String WAITING = "Waiting";
    static final String CONNECTED = "Connected";
    static final String READY = "Ready";
    static final String UPDATED = "Updated";
    static final String REMOVED = "Removed";
    static final String ACCESS = "GlobalAdminsSynced";

    private static final String NAMESPACE = "BackingNamespaceCreated";
    private static final String ROLES = "InitialRolesPopulated";
    private static final String OWNER = "CreatorMadeOwner";

    private ClusterConditions() {}

    static boolean isTrue(Resource<Cluster> cluster, String type) {
        return Condition.find(cluster.value().status().conditions(), type)
                .map(Condition::isTrue)
                .orElse(false);
    }

    /** A cluster whose driver has still to be chosen, or whose owner has still to do something. */
    static ClusterStatus pending(ClusterStatus status, String message) {
        return begun(status.withCondition(Condition.unknown(PENDING, "", message)));
    }

    /** A cluster that its driver is at work on. */
    static ClusterStatus accepted(ClusterStatus status) {
        return begun(status.withCondition(Condition.yes(PENDING)));
    }

    private static ClusterStatus begun(ClusterStatus status) {
        ClusterStatus begun = status;
        if (Condition.find(begun.conditions(), PROVISIONED).isEmpty()) {
            begun = begun.withCondition(Condition.unknown(PROVISIONED, "", ""));
        }
        if (Condition.find(begun.conditions(), WAITING).isEmpty()) {
            begun = begun.withCondition(Condition.unknown(WAITING, "", "Waiting for API to be available"));
        }
        return begun.withCondition(Condition.yes(NAMESPACE));
    }

    static ClusterStatus owned(ClusterStatus status) {
        return status.withCondition(Condition.yes(ROLES)).withCondition(Condition.yes(OWNER));
    }

    static ClusterStatus provisioned(ClusterStatus status) {
        return accepted(status).withCondition(Condition.yes(PROVISIONED)).withCondition(Condition.yes(UPDATED));
    }

    static ClusterStatus disconnected(ClusterStatus status, String message) {
        return status.withCondition(Condition.no(CONNECTED, "Disconnected", message))
                .withCondition(Condition.no(READY, "Disconnected", message));
    }

    /** The cluster answers, and everything that has to be there before people enter it is. */
    static ClusterStatus ready(ClusterStatus status) {
        return status.withCondition(Condition.yes(WAITING))
                .withCondition(Condition.yes(CONNECTED))
                .withCondition(Condition.yes(READY));
    }

    /** The cluster can be reached, and something is still missing. */
    static ClusterStatus notReadyYet(ClusterStatus status, String missing) {
        ClusterStatus connected = status.withCondition(Condition.yes(CONNECTED));
        boolean everReady = Condition.find(status.conditions(), WAITING)
                .map(Condition::isTrue)
                .orElse(false);
        return everReady
                ? connected.withCondition(Condition.no(READY, "Unhealthy", missing))
                : connected.withCondition(
                        Condition.unknown(WAITING, "", "Waiting for API to be available: " + missing));
    }

    static ClusterStatus wrongCluster(ClusterStatus status, String message) {
        return status.withCondition(Condition.no(CONNECTED, "Error", message))
                .withCondition(Condition.no(READY, "Error", message));
    }

    static ClusterStatus leftBehind(ClusterStatus status, String message) {
        return status.withCondition(new Condition(REMOVED, "True", "LeftBehind", message, null, null));
    }
}

package io.drover.controllers.cluster;

import io.drover.api.model.Cluster;
import io.drover.api.model.PolicyRule;
import java.util.List;
import java.util.Set;

/**
 * The few things that Drover asks of a cluster it manages. Calls block, at most ten seconds each.
 *
 * <p>All throw {@link io.drover.api.DroverException}, {@code UNAVAILABLE} when the cluster does not answer as it should.
 */
interface Downstream {

    /** What stays the same for a cluster's whole life and differs between any two: the UID of its namespace kube-system. */
    String identity();

    /** Returns when the API server says that it is ready. */
    void requireReady();

    Cluster.Version version();

    int nodeCount();

    /**
     * Makes roles and bindings exactly these among those that {@code owner} made before.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} if a role's name is taken by somebody else's
     */
    void allow(String owner, Set<Role> roles, Set<Binding> bindings);

    /** A ClusterRole. */
    record Role(String name, List<PolicyRule> rules) {
        public Role {
            rules = List.copyOf(rules);
        }
    }

    /**
     * A ClusterRoleBinding.
     *
     * @param subjectKind {@code User} or {@code Group}
     * @param source value of the label that tells which binding of ours it comes from
     * @param globalRoleBinding name of the one that made somebody global administrator, or empty
     */
    record Binding(
            String name, String role, String subjectKind, String subject, String source, String globalRoleBinding) {}
}

package io.drover.api.auth;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What callers may do in the management plane, and which clusters they may enter. Answers from memory; any thread. */
@ProviderType
public interface Authorizer {

    Decision decide(Caller caller, Question question);

    /**
     * Name of the ClusterRoles that a user or group is bound to inside a cluster, by global roles and cluster bindings; {@code
     * cluster-admin} for global administrators.
     *
     * @return one entry for each pair of subject and role that ought to be bound in that cluster
     */
    Set<ClusterGrant> grantsIn(String clusterId);

    /**
     * A right to be had inside a cluster.
     *
     * @param subjectKind {@code User} or {@code Group}
     * @param subject user id or group principal
     * @param roleTemplate {@code cluster-admin} or name of the RoleTemplate
     * @param binding kind, namespace and name of the binding that gives it, as {@code GlobalRoleBinding/grb-abcde}
     */
    record ClusterGrant(String subjectKind, String subject, String roleTemplate, String binding) {}
}

package io.drover.rest;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The administrator may do everything; everybody else what a user may, and what a test grants him. */
final class FakeAuthorizer implements Authorizer {

    private static final Set<String> READABLE = Set.of("settings", "principals", "roletemplates");

    private final String administrator;
    private final Map<String, Predicate<Question>> granted = new HashMap<>();
    private final Map<String, Set<ClusterGrant>> inClusters = new HashMap<>();

    FakeAuthorizer(String administrator) {
        this.administrator = administrator;
    }

    void grant(String userId, Predicate<Question> right) {
        granted.merge(userId, right, Predicate::or);
    }

    void grantInCluster(String clusterId, String userId, String roleTemplate) {
        inClusters
                .computeIfAbsent(clusterId, id -> new HashSet<>())
                .add(new ClusterGrant("User", userId, roleTemplate, "test"));
    }

    @Override
    public Decision decide(Caller caller, Question question) {
        boolean read = READABLE.contains(question.resource())
                && Set.of("get", "list", "watch").contains(question.verb());
        boolean create =
                question.resource().equals("clusters") && question.verb().equals("create");
        boolean allowed = caller.userId().equals(administrator)
                || read
                || create
                || granted.getOrDefault(caller.userId(), q -> false).test(question);
        return new Decision(allowed, (allowed ? "a role allows to " : "no role allows to ") + question);
    }

    @Override
    public Set<ClusterGrant> grantsIn(String clusterId) {
        Set<ClusterGrant> grants = new HashSet<>(inClusters.getOrDefault(clusterId, Set.of()));
        grants.add(new ClusterGrant("User", administrator, "cluster-admin", "test"));
        return grants;
    }
}

package io.drover.api.auth;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer.ClusterGrant;
import io.drover.api.model.PolicyRule;
import io.drover.api.model.RoleTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Nobody gives, by a role or a binding, a right that he does not have himself: the one place where that is decided. */
public final class Escalation {

    private static final int MOST_RIGHTS = 10_000;
    private static final String EVERYTHING = "cluster-admin";

    private final Authorizer authorizer;
    private final Function<String, Optional<RoleTemplate>> templates;

    /** @param templates finds a template by its name */
    public Escalation(Authorizer authorizer, Function<String, Optional<RoleTemplate>> templates) {
        this.authorizer = authorizer;
        this.templates = templates;
    }

    /** @throws DroverException {@code DENIED} if the rules, for the management plane, give a right that the caller does not have */
    public void require(Caller caller, List<PolicyRule> rules) {
        for (Question right : rights(rules)) {
            if (!authorizer.decide(caller, right).allowed()) {
                throw denied(right);
            }
        }
    }

    /** @throws DroverException {@code DENIED} if the role gives more in that cluster than the caller's own roles do */
    public void requireInCluster(Caller caller, String clusterId, String roleTemplate) {
        List<PolicyRule> held = new ArrayList<>();
        for (ClusterGrant grant : authorizer.grantsIn(clusterId)) {
            if (isSubject(caller, grant)) {
                if (grant.roleTemplate().equals(EVERYTHING)) {
                    return;
                }
                held.addAll(rulesOf(grant.roleTemplate()));
            }
        }
        for (Question right : rights(rulesOf(roleTemplate))) {
            if (held.stream().noneMatch(rule -> covers(rule, right))) {
                throw denied(right);
            }
        }
    }

    private static boolean isSubject(Caller caller, ClusterGrant grant) {
        return grant.subjectKind().equals("Group")
                ? caller.groups().contains(grant.subject())
                : caller.userId().equals(grant.subject());
    }

    /** The rules of a template and of all that it inherits from. */
    private List<PolicyRule> rulesOf(String roleTemplate) {
        List<PolicyRule> rules = new ArrayList<>();
        collect(roleTemplate, rules, new HashSet<>());
        return rules;
    }

    private void collect(String name, List<PolicyRule> rules, Set<String> seen) {
        if (seen.add(name)) {
            templates.apply(name).ifPresent(found -> {
                rules.addAll(found.rules());
                found.roleTemplateNames().forEach(inherited -> collect(inherited, rules, seen));
            });
        }
    }

    /** Every single right in the rules; {@code *} stands for itself, as only a {@code *} covers it. */
    private static List<Question> rights(List<PolicyRule> rules) {
        List<Question> rights = new ArrayList<>();
        for (PolicyRule rule : rules) {
            if (!rule.nonResourceURLs().isEmpty()) {
                rights.add(new Question("*", "*", "*", "", "")); // such paths are for those who may do all
            }
            List<String> names = rule.resourceNames().isEmpty() ? List.of("") : rule.resourceNames();
            for (String group : rule.apiGroups()) {
                for (String resource : rule.resources()) {
                    for (String verb : rule.verbs()) {
                        for (String name : names) {
                            rights.add(new Question(verb, group, resource, "", name));
                            if (rights.size() > MOST_RIGHTS) {
                                throw DroverException.invalid(
                                        "InvalidBodyContent",
                                        null,
                                        "A role can't give more than " + MOST_RIGHTS + " rights");
                            }
                        }
                    }
                }
            }
        }
        return rights;
    }

    private static boolean covers(PolicyRule rule, Question right) {
        return matches(rule.verbs(), right.verb())
                && matches(rule.apiGroups(), right.group())
                && matches(rule.resources(), right.resource())
                && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(right.name()));
    }

    private static boolean matches(List<String> allowed, String asked) {
        return allowed.contains("*") || allowed.contains(asked);
    }

    private static DroverException denied(Question right) {
        return DroverException.denied("Forbidden", "You can't give a right that you do not have: " + right);
    }
}

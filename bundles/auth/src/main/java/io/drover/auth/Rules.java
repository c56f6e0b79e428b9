package io.drover.auth;

import io.drover.api.auth.Question;
import io.drover.api.model.PolicyRule;
import java.util.List;

/** Kubernetes' way of reading a rule. */
final class Rules {

    private static final String ALL = "*";

    private Rules() {}

    static boolean allow(List<PolicyRule> rules, Question question) {
        for (PolicyRule rule : rules) {
            if (allows(rule, question)) {
                return true;
            }
        }
        return false;
    }

    static boolean allows(PolicyRule rule, Question question) {
        return has(rule.verbs(), question.verb())
                && has(rule.apiGroups(), question.group())
                && hasResource(rule.resources(), question.resource())
                && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(question.name()));
    }

    /** Whether the rules leave nothing out. */
    static boolean allowEverything(List<PolicyRule> rules) {
        return rules.stream()
                .anyMatch(rule -> rule.verbs().contains(ALL)
                        && rule.apiGroups().contains(ALL)
                        && rule.resources().contains(ALL)
                        && rule.resourceNames().isEmpty());
    }

    private static boolean has(List<String> values, String value) {
        for (String candidate : values) {
            if (candidate.equals(ALL) || candidate.equalsIgnoreCase(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasResource(List<String> resources, String resource) {
        if (has(resources, resource)) {
            return true;
        }
        int slash = resource.indexOf('/');
        return slash >= 0 && has(resources, ALL + resource.substring(slash));
    }
}

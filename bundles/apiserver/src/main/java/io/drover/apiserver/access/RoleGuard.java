package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Question;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Nobody gives more than he has: who writes a role or binding has each of its rights himself, or may {@code escalate} or {@code bind}. */
public final class RoleGuard {

    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final int MOST_RIGHTS = 100_000;
    private static final Rule ALL_RESOURCES = new Rule(List.of("*"), List.of("*"), List.of(), List.of(), List.of("*"));
    private static final Rule ALL_PATHS = new Rule(List.of(), List.of(), List.of(), List.of("*"), List.of("*"));

    private final Rights rights;

    public RoleGuard(Rights rights) {
        this.rights = rights;
    }

    /**
     * Refuses a role or binding that gives more than its author has; looks at nothing else.
     *
     * @param before null for a creation
     */
    public void check(Caller caller, ResourceType type, ObjectNode object, ObjectNode before) {
        if (!type.group().equals(GROUP) || caller.isSystem()) {
            return;
        }
        if (type.equals(BuiltIns.ROLES) || type.equals(BuiltIns.CLUSTER_ROLES)) {
            checkRole(caller, type, object, before);
        } else {
            checkBinding(caller, type, object, before);
        }
    }

    private void checkRole(Caller caller, ResourceType type, ObjectNode role, ObjectNode before) {
        String namespace = role.at("/metadata/namespace").asText("");
        String name = role.at("/metadata/name").asText("");
        boolean sameRules = before != null && before.path("rules").equals(role.path("rules"));
        boolean sameAggregation = before == null
                ? role.path("aggregationRule").isMissingNode()
                : before.path("aggregationRule").equals(role.path("aggregationRule"));
        if (sameRules && sameAggregation || may(caller, "escalate", type.plural(), namespace, name)) {
            return;
        }
        if (!sameAggregation
                && !missing(caller, namespace, List.of(ALL_RESOURCES, ALL_PATHS))
                        .isEmpty()) {
            throw Refusal.forbidden(type, name, "must have cluster-admin privileges to use an aggregationRule");
        }
        if (!sameRules) {
            requireAll(caller, type, namespace, name, Rule.listOf(role.path("rules")));
        }
    }

    private void checkBinding(Caller caller, ResourceType type, ObjectNode binding, ObjectNode before) {
        if (before != null
                && before.path("roleRef").equals(binding.path("roleRef"))
                && before.path("subjects").equals(binding.path("subjects"))) {
            return;
        }
        String namespace = binding.at("/metadata/namespace").asText("");
        JsonNode role = binding.path("roleRef");
        String kind = role.path("kind").asText();
        String name = role.path("name").asText();
        boolean clusterRole = kind.equals("ClusterRole");
        if (may(caller, "bind", clusterRole ? "clusterroles" : "roles", namespace, name)) {
            return;
        }
        List<Rule> rules = rights.rbac()
                .rulesOfRole(kind, namespace, name)
                .orElseThrow(() -> Refusal.notFound(clusterRole ? BuiltIns.CLUSTER_ROLES : BuiltIns.ROLES, name));
        requireAll(caller, type, namespace, binding.at("/metadata/name").asText(""), rules);
    }

    private boolean may(Caller caller, String verb, String resource, String namespace, String name) {
        return rights.decide(caller, new Question(verb, GROUP, resource, namespace, name))
                .allowed();
    }

    private void requireAll(Caller caller, ResourceType type, String namespace, String name, List<Rule> rules) {
        List<Rule> missing = missing(caller, namespace, rules);
        if (!missing.isEmpty()) {
            TreeSet<String> told = new TreeSet<>();
            compact(missing).forEach(rule -> told.add(rule.toString()));
            throw Refusal.forbidden(
                    type,
                    name,
                    "user \"" + caller.userId() + "\" (groups=" + Rule.quoted(caller.groups())
                            + ") is attempting to grant RBAC permissions not currently held:\n"
                            + String.join("\n", told));
        }
    }

    /** Single rights that the caller does not have; {@code *} stands for itself, as only a {@code *} covers it. */
    private List<Rule> missing(Caller caller, String namespace, List<Rule> rules) {
        if (rules.stream().mapToLong(Rule::size).sum() > MOST_RIGHTS) {
            throw Refusal.badRequest("a role can't give more than " + MOST_RIGHTS + " rights");
        }
        List<Rule> missing = new ArrayList<>();
        for (Rule rule : rules) {
            for (Rule single : rule.single()) {
                if (!has(caller, namespace, single)) {
                    missing.add(single);
                }
            }
        }
        return missing;
    }

    private boolean has(Caller caller, String namespace, Rule single) {
        String verb = single.verbs().get(0);
        if (!single.paths().isEmpty()) {
            return rights.decidePath(caller, verb, single.paths().get(0)).allowed();
        }
        String name = single.names().isEmpty() ? "" : single.names().get(0);
        return rights.decide(
                        caller,
                        new Question(
                                verb, single.groups().get(0), single.resources().get(0), namespace, name))
                .allowed();
    }

    /** Joins the verbs of what is otherwise the same. */
    private static List<Rule> compact(List<Rule> single) {
        Map<Rule, List<String>> verbs = new LinkedHashMap<>();
        for (Rule rule : single) {
            Rule withoutVerb = new Rule(rule.groups(), rule.resources(), rule.names(), rule.paths(), List.of());
            verbs.computeIfAbsent(withoutVerb, r -> new ArrayList<>()).addAll(rule.verbs());
        }
        List<Rule> compact = new ArrayList<>();
        verbs.forEach((rule, all) ->
                compact.add(new Rule(rule.groups(), rule.resources(), rule.names(), rule.paths(), List.copyOf(all))));
        return compact;
    }
}

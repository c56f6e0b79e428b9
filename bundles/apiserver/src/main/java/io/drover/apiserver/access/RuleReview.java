package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Question;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** All that somebody may do in a namespace, as a list of rules. */
public final class RuleReview {

    private final Rights rights;
    private final Kinds kinds;

    public RuleReview(Rights rights, Kinds kinds) {
        this.rights = rights;
        this.kinds = kinds;
    }

    public void answer(Caller caller, String namespace, ObjectNode status) {
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        for (Rule rule : new LinkedHashSet<>(rights.rbac().rulesOf(caller, namespace))) {
            (rule.paths().isEmpty() ? resources : paths).add(rule.toJson());
        }
        addByRoles(caller, namespace, resources);
        // Drover's roles may give rights on single objects by name, which are not listed.
        status.put("incomplete", true);
    }

    /** Drover's own roles are asked verb by verb, for each resource that is served. */
    private void addByRoles(Caller caller, String namespace, ArrayNode rules) {
        for (ResourceType type : kinds.stored()) {
            List<String> allowed = new ArrayList<>();
            for (String verb : type.verbs()) {
                Question question =
                        new Question(verb, type.group(), type.plural(), type.namespaced() ? namespace : "", "");
                if (caller.isSystem() || rights.decideByRoles(caller, question).allowed()) {
                    allowed.add(verb);
                }
            }
            if (!allowed.isEmpty()) {
                rules.add(new Rule(List.of(type.group()), List.of(type.plural()), List.of(), List.of(), allowed)
                        .toJson());
            }
        }
    }
}

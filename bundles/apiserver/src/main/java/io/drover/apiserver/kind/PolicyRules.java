package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** A validating admission policy: its expressions can be compiled, and it says what it is about. */
final class PolicyRules implements ResourceType.Rules {

    @Override
    public void normalise(ObjectNode policy) {
        ObjectNode spec = Json.child(policy, "spec");
        if (spec.path("failurePolicy").asText("").isEmpty()) {
            spec.put("failurePolicy", "Fail");
        }
        if (spec.get("matchConstraints") instanceof ObjectNode constraints) {
            fillMatch(constraints);
        }
    }

    static void fillMatch(ObjectNode match) {
        if (match.path("matchPolicy").asText("").isEmpty()) {
            match.put("matchPolicy", "Equivalent");
        }
        Json.child(match, "namespaceSelector");
        Json.child(match, "objectSelector");
        for (String field : List.of("resourceRules", "excludeResourceRules")) {
            for (JsonNode rule : match.path(field)) {
                if (rule instanceof ObjectNode object
                        && object.path("scope").asText("").isEmpty()) {
                    object.put("scope", "*");
                }
            }
        }
    }

    @Override
    public void validate(ObjectNode policy, ObjectNode before, List<Cause> causes) {
        JsonNode spec = policy.path("spec");
        if (spec.at("/matchConstraints/resourceRules").isEmpty()) {
            causes.add(Cause.required("spec.matchConstraints.resourceRules", ""));
        }
        if (spec.path("validations").isEmpty()) {
            causes.add(Cause.required(
                    "spec.validations", "validations or auditAnnotations must contain at least one item"));
        }
        if (!List.of("Fail", "Ignore").contains(spec.path("failurePolicy").asText())) {
            causes.add(Cause.unsupported(
                    "spec.failurePolicy", '"' + spec.path("failurePolicy").asText() + '"', List.of("Fail", "Ignore")));
        }
        Environment environment =
                PolicyExpressions.ofPolicies(spec.path("paramKind").isObject());
        PolicyExpressions.checkMatchConditions(
                environment, spec.path("matchConditions"), "spec.matchConditions", causes);
        Environment withVariables = PolicyExpressions.withVariables(environment);
        int i = 0;
        for (JsonNode variable : spec.path("variables")) {
            String at = "spec.variables[" + i++ + "]";
            if (variable.path("name").asText("").isEmpty()) {
                causes.add(Cause.required(at + ".name", ""));
            }
            PolicyExpressions.check(withVariables, variable.path("expression"), at + ".expression", causes);
        }
        i = 0;
        for (JsonNode validation : spec.path("validations")) {
            String at = "spec.validations[" + i++ + "]";
            PolicyExpressions.checkCondition(withVariables, validation.path("expression"), at + ".expression", causes);
            if (validation.has("messageExpression")) {
                Environment messages =
                        PolicyExpressions.ofMessages(spec.path("paramKind").isObject());
                PolicyExpressions.check(
                        messages, validation.path("messageExpression"), at + ".messageExpression", causes);
            }
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.cel.Type;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A validating admission policy: its expressions can be compiled, and it says what it is about. */
final class PolicyRules implements ResourceType.Rules {

    private static final List<String> REASONS = List.of("Forbidden", "Invalid", "RequestEntityTooLarge");
    private static final int MOST_ANNOTATIONS = 20;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

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
        if (spec.path("validations").isEmpty() && spec.path("auditAnnotations").isEmpty()) {
            for (String field : List.of("spec.validations", "spec.auditAnnotations")) {
                causes.add(Cause.required(field, "validations or auditAnnotations must contain at least one item"));
            }
        }
        if (!List.of("Fail", "Ignore").contains(spec.path("failurePolicy").asText())) {
            causes.add(Cause.unsupported(
                    "spec.failurePolicy", '"' + spec.path("failurePolicy").asText() + '"', List.of("Fail", "Ignore")));
        }
        PolicyExpressions expressions = PolicyExpressions.of(spec);
        ExpressionForm.checkMatchConditions(
                expressions.ofConditions(), spec.path("matchConditions"), "spec.matchConditions", causes);
        checkVariables(expressions, spec.path("variables"), causes);
        checkValidations(expressions, spec.path("validations"), causes);
        checkAnnotations(expressions, policy.at("/metadata/name").asText(), spec.path("auditAnnotations"), causes);
    }

    private static void checkVariables(PolicyExpressions expressions, JsonNode variables, List<Cause> causes) {
        int i = 0;
        for (JsonNode variable : variables) {
            String at = "spec.variables[" + i++ + "]";
            String name = variable.path("name").asText("");
            if (name.isEmpty()) {
                causes.add(Cause.required(at + ".name", "name is not specified"));
            } else if (!IDENTIFIER.matcher(name).matches()) {
                causes.add(Cause.invalid(at + ".name", '"' + name + '"', "must be a valid CEL identifier"));
            }
            ExpressionForm.check(
                    variable.path("expression"), at + ".expression", text -> expressions.declare(name, text), causes);
        }
    }

    private static void checkValidations(PolicyExpressions expressions, JsonNode validations, List<Cause> causes) {
        int i = 0;
        for (JsonNode validation : validations) {
            String at = "spec.validations[" + i++ + "]";
            ExpressionForm.check(
                    validation.path("expression"),
                    at + ".expression",
                    expressions.ofRules()::compile,
                    causes,
                    Type.BOOL);
            String message = validation.path("message").asText("");
            if (message.trim().contains("\n")) {
                causes.add(Cause.invalid(
                        at + ".message", TextNode.valueOf(message).toString(), "must not contain line breaks"));
            }
            String reason = validation.path("reason").asText("");
            if (!reason.isEmpty() && !REASONS.contains(reason)) {
                causes.add(Cause.unsupported(at + ".reason", '"' + reason + '"', REASONS));
            }
            if (!validation.path("messageExpression").asText("").isEmpty()) {
                ExpressionForm.check(
                        validation.path("messageExpression"),
                        at + ".messageExpression",
                        expressions.ofMessages()::compile,
                        causes,
                        Type.STRING);
            }
        }
    }

    private static void checkAnnotations(
            PolicyExpressions expressions, String policy, JsonNode annotations, List<Cause> causes) {
        if (annotations.size() > MOST_ANNOTATIONS) {
            causes.add(Cause.invalid(
                    "spec.auditAnnotations",
                    Integer.toString(annotations.size()),
                    "must not have more than " + MOST_ANNOTATIONS + " auditAnnotations"));
            return;
        }
        Set<String> keys = new HashSet<>();
        int i = 0;
        for (JsonNode annotation : annotations) {
            String at = "spec.auditAnnotations[" + i++ + "]";
            String key = annotation.path("key").asText("");
            ExpressionForm.checkName(key, policy + "/" + key, at + ".key", causes);
            ExpressionForm.check(
                    annotation.path("valueExpression"),
                    at + ".valueExpression",
                    expressions.ofRules()::compile,
                    causes,
                    Type.STRING,
                    Type.NULL);
            ExpressionForm.checkNew(keys.add(key), key, at + ".key", causes);
        }
    }
}

package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.kind.PolicyExpressions;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A validating admission policy, compiled. */
record Policy(
        String name,
        Matching matching,
        Conditions conditions,
        Map<String, Program> variables,
        List<Validation> validations,
        boolean ignoresFailure,
        Optional<ParameterKind> parameterKind) {

    record ParameterKind(String apiVersion, String kind) {}

    /** @param reason such as {@code Invalid} or {@code Forbidden} */
    record Violation(String message, String reason) {}

    /** @param said how a violation is told; null = by {@code message} */
    record Validation(Program condition, Program said, String message, String expression, String reason) {}

    static Policy of(String name, JsonNode spec) {
        JsonNode kind = spec.path("paramKind");
        Environment environment = PolicyExpressions.ofPolicies(kind.isObject());
        Environment withVariables = PolicyExpressions.withVariables(environment);
        Map<String, Program> variables = new LinkedHashMap<>();
        for (JsonNode variable : spec.path("variables")) {
            variables.put(
                    variable.path("name").asText(),
                    withVariables.compile(variable.path("expression").asText()));
        }
        List<Validation> validations = new ArrayList<>();
        for (JsonNode validation : spec.path("validations")) {
            String said = validation.path("messageExpression").asText("");
            String expression = validation.path("expression").asText();
            validations.add(new Validation(
                    withVariables.compile(expression),
                    said.isEmpty()
                            ? null
                            : PolicyExpressions.ofMessages(kind.isObject()).compile(said),
                    validation.path("message").asText("").trim(),
                    expression.trim(),
                    validation.path("reason").asText("Invalid")));
        }
        return new Policy(
                name,
                Matching.ofConstraints(spec.path("matchConstraints")),
                new Conditions(spec.path("matchConditions"), environment),
                variables,
                validations,
                spec.path("failurePolicy").asText("").equals("Ignore"),
                kind.isObject()
                        ? Optional.of(new ParameterKind(
                                kind.path("apiVersion").asText(),
                                kind.path("kind").asText()))
                        : Optional.empty());
    }

    /** @throws CelFailure if it can't be said */
    List<Violation> violations(Map<String, Object> values, Budget budget) {
        if (!conditions.hold(values, budget)) {
            return List.of();
        }
        Map<String, Object> all = new HashMap<>(values);
        all.put("variables", new Variables(all, budget));
        List<Violation> violations = new ArrayList<>();
        for (Validation validation : validations) {
            boolean holds;
            try {
                holds = validation.condition().isTrue(all, budget);
            } catch (CelFailure e) {
                throw new CelFailure(
                        "expression '" + validation.expression() + "' resulted in error: " + e.getMessage());
            }
            if (!holds) {
                violations.add(new Violation(message(validation, all, budget), validation.reason()));
            }
        }
        return violations;
    }

    private static String message(Validation validation, Map<String, Object> values, Budget budget) {
        if (validation.said() != null) {
            try {
                String text = String.valueOf(validation.said().evaluate(values, budget))
                        .trim();
                if (!text.isEmpty() && !text.contains("\n")) {
                    return text;
                }
            } catch (CelFailure e) {
                // Then the plain one.
            }
        }
        return validation.message().isEmpty() ? "failed expression: " + validation.expression() : validation.message();
    }

    /** A policy's own variables, each evaluated when it is first looked at. */
    private final class Variables extends AbstractMap<Object, Object> {
        private final Map<String, Object> values;
        private final Budget budget;
        private final Map<Object, Object> known = new HashMap<>();

        Variables(Map<String, Object> values, Budget budget) {
            this.values = values;
            this.budget = budget;
        }

        @Override
        public boolean containsKey(Object name) {
            return variables.containsKey(name);
        }

        @Override
        public Object get(Object name) {
            Program program = variables.get(name);
            if (program == null) {
                return null;
            }
            Object value = known.get(name);
            if (value == null) {
                value = program.evaluate(values, budget);
                known.put(name, value);
            }
            return value;
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            Map<Object, Object> all = new LinkedHashMap<>();
            variables.keySet().forEach(name -> all.put(name, get(name)));
            return all.entrySet();
        }
    }
}

package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A validating admission policy, compiled. */
record Policy(
        String name,
        Matching matching,
        Conditions conditions,
        Map<String, Program> variables,
        List<Validation> validations,
        List<Note> notes,
        boolean ignoresFailure,
        Optional<ParameterKind> parameterKind) {

    private static final Logger log = LoggerFactory.getLogger(Policy.class);

    record ParameterKind(String apiVersion, String kind) {}

    /**
     * What speaks against a change.
     *
     * @param reason such as {@code Invalid} or {@code Forbidden}
     * @param expression the number of the validation
     */
    record Violation(String message, String reason, int expression) {}

    /** What is to be noted in the audit of whatever the policy is about. */
    record Note(String key, Program value, String expression) {}

    /**
     * @param notes by key
     * @param failures of notes, which nobody may pass over
     */
    record Verdict(List<Violation> violations, Map<String, String> notes, List<Violation> failures) {}

    /** @param said how a violation is told; null = by {@code message} */
    record Validation(Program condition, Program said, String message, String expression, String reason) {}

    static Policy of(String name, JsonNode spec) {
        JsonNode kind = spec.path("paramKind");
        PolicyExpressions expressions = PolicyExpressions.of(spec);
        Conditions conditions = new Conditions(spec.path("matchConditions"), expressions.ofConditions());
        Map<String, Program> variables = new LinkedHashMap<>();
        for (JsonNode variable : spec.path("variables")) {
            String variableName = variable.path("name").asText();
            variables.put(
                    variableName,
                    expressions.declare(
                            variableName, variable.path("expression").asText()));
        }
        List<Validation> validations = new ArrayList<>();
        for (JsonNode validation : spec.path("validations")) {
            String said = validation.path("messageExpression").asText("");
            String expression = validation.path("expression").asText();
            validations.add(new Validation(
                    expressions.ofRules().compile(expression),
                    said.isEmpty() ? null : expressions.ofMessages().compile(said),
                    validation.path("message").asText("").trim(),
                    expression.trim(),
                    validation.path("reason").asText("Invalid")));
        }
        List<Note> notes = new ArrayList<>();
        for (JsonNode annotation : spec.path("auditAnnotations")) {
            String expression = annotation.path("valueExpression").asText();
            notes.add(new Note(
                    annotation.path("key").asText(), expressions.ofRules().compile(expression), expression.trim()));
        }
        return new Policy(
                name,
                Matching.ofConstraints(spec.path("matchConstraints")),
                conditions,
                variables,
                validations,
                notes,
                spec.path("failurePolicy").asText("").equals("Ignore"),
                kind.isObject()
                        ? Optional.of(new ParameterKind(
                                kind.path("apiVersion").asText(),
                                kind.path("kind").asText()))
                        : Optional.empty());
    }

    /** @throws CelFailure if it can't be said whether the policy is about this */
    Verdict judge(Map<String, Object> values, Budget budget) {
        if (!conditions.hold(values, budget)) {
            return new Verdict(List.of(), Map.of(), List.of());
        }
        Map<String, Object> all = new HashMap<>(values);
        all.put("variables", new Variables(all, budget));
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < validations.size(); i++) {
            Validation validation = validations.get(i);
            try {
                if (!validation.condition().isTrue(all, budget)) {
                    violations.add(new Violation(message(validation, all, budget), validation.reason(), i));
                }
            } catch (CelFailure e) {
                fail(validation.expression(), e, i, violations);
            }
        }
        List<Violation> failures = new ArrayList<>();
        Map<String, String> noted = noted(all, budget, failures);
        return new Verdict(violations, noted, failures);
    }

    private Map<String, String> noted(Map<String, Object> values, Budget budget, List<Violation> failures) {
        Map<String, String> noted = new LinkedHashMap<>();
        for (Note note : notes) {
            try {
                if (note.value().evaluate(values, budget) instanceof String text && !text.isBlank()) {
                    noted.put(note.key(), text.trim());
                }
            } catch (CelFailure e) {
                fail(note.expression(), e, 0, failures);
            }
        }
        return noted;
    }

    /** A failed expression speaks against the change, unless the policy's failures are passed over. */
    private void fail(String expression, CelFailure failure, int number, List<Violation> violations) {
        String message = "expression '" + expression + "' resulted in error: " + failure.getMessage();
        if (ignoresFailure) {
            log.warn("An expression of a policy failed and is passed over: policy={} reason={}", name, message);
        } else {
            violations.add(new Violation(message, "Invalid", number));
        }
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

package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.cel.SchemaTypes;
import io.drover.apiserver.cel.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of a schema's {@code x-kubernetes-validations}, compiled.
 *
 * @param message null = none
 */
public record Rule(ObjectNode source, Program condition, Program message) {

    static final String FIELD = "x-kubernetes-validations";

    /**
     * Where expressions of a schema's rules are compiled.
     *
     * @param object whether it is the schema of a whole object
     */
    public static Environment environment(ObjectNode schema, boolean object, boolean optionalOld) {
        Type self =
                object ? SchemaTypes.ofObject(schema) : SchemaTypes.of(schema).orElse(Type.DYN);
        return Environment.KUBERNETES
                .withVariable("self", self)
                .withVariable("oldSelf", optionalOld ? Type.optional(self) : self);
    }

    /** @throws CelFailure if one of them is no valid rule */
    static List<Rule> of(ObjectNode schema, boolean object) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode source : schema.path(FIELD)) {
            Environment environment =
                    environment(schema, object, source.path("optionalOldSelf").asBoolean());
            String message = source.path("messageExpression").asText("");
            rules.add(new Rule(
                    (ObjectNode) source,
                    environment.compile(source.path("rule").asText()),
                    message.isEmpty() ? null : environment.compile(message)));
        }
        return List.copyOf(rules);
    }

    boolean comparesWithOld() {
        return condition.uses("oldSelf");
    }

    boolean takesNoOld() {
        return source.path("optionalOldSelf").asBoolean();
    }

    /** @param old null = there is none */
    private Map<String, Object> variables(JsonNode self, JsonNode old) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("self", self);
        if (takesNoOld()) {
            variables.put("oldSelf", condition.optional("oldSelf", old));
        } else if (old != null) {
            variables.put("oldSelf", old);
        }
        return variables;
    }

    /** @throws CelFailure if it can't be said */
    boolean holds(JsonNode self, JsonNode old, Budget budget) {
        return condition.isTrue(variables(self, old), budget);
    }

    /** What is said of a value for which it doesn't hold. */
    String complaint(JsonNode self, JsonNode old, Budget budget) {
        return made(self, old, budget).orElseGet(() -> {
            String text = source.path("message").asText("").trim();
            return text.isEmpty()
                    ? "failed rule: " + source.path("rule").asText().trim()
                    : text;
        });
    }

    private Optional<String> made(JsonNode self, JsonNode old, Budget budget) {
        if (message == null) {
            return Optional.empty();
        }
        try {
            String text = String.valueOf(message.evaluate(variables(self, old), budget))
                    .trim();
            return Optional.of(text).filter(t -> !t.isEmpty() && !t.contains("\n"));
        } catch (CelFailure.TooExpensive e) {
            throw e;
        } catch (CelFailure e) {
            return Optional.empty();
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Patterns;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Schema;
import io.drover.apiserver.schema.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether a definition's schema is structural: every field has a type, and what is said of it makes sense. */
final class SchemaChecks {

    private static final Set<String> TYPES =
            new TreeSet<>(Set.of("array", "boolean", "integer", "number", "object", "string"));

    private final List<Cause> causes;

    private SchemaChecks(List<Cause> causes) {
        this.causes = causes;
    }

    static void check(ObjectNode schema, String at, List<Cause> causes) {
        new SchemaChecks(causes).walk(schema, at, true);
    }

    private void walk(ObjectNode schema, String at, boolean root) {
        String type = schema.path("type").asText("");
        boolean free = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (type.isEmpty() && (root || !free)) {
            causes.add(Cause.required(at + ".type", "must not be empty for specified object fields"));
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            causes.add(Cause.unsupported(at + ".type", '"' + type + '"', List.copyOf(TYPES)));
        } else if (root && !type.equals("object")) {
            causes.add(Cause.invalid(at + ".type", '"' + type + '"', "must be object at the root"));
        }
        if (type.equals("array") && !schema.path("items").isObject()) {
            causes.add(Cause.required(at + ".items", "must be specified"));
        }
        if (schema.path("properties").size() > 0 && schema.has("additionalProperties")) {
            causes.add(Cause.forbidden(
                    at + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        }
        if (schema.path("x-kubernetes-list-type").asText().equals("map")
                && schema.path("x-kubernetes-list-map-keys").isEmpty()) {
            causes.add(Cause.required(
                    at + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        }
        pattern(schema, at);
        defaults(schema, at);
        List<ObjectNode> below = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        schema.path("properties")
                .properties()
                .forEach(p -> add(p.getValue(), at + ".properties[" + p.getKey() + "]", below, paths));
        add(schema.path("items"), at + ".items", below, paths);
        add(schema.path("additionalProperties"), at + ".additionalProperties", below, paths);
        for (int i = 0; i < below.size(); i++) {
            walk(below.get(i), paths.get(i), false);
        }
    }

    private void pattern(ObjectNode schema, String at) {
        if (!schema.hasNonNull("pattern")) {
            return;
        }
        try {
            Patterns.compile(schema.get("pattern").asText());
        } catch (IllegalArgumentException e) {
            causes.add(Cause.invalid(
                    at + ".pattern",
                    schema.get("pattern").toString(),
                    "must be a valid regular expression, but isn't: " + e.getMessage()));
        }
    }

    /** A default must be valid itself. */
    private void defaults(ObjectNode schema, String at) {
        JsonNode value = schema.get("default");
        if (value == null || value.isNull()) {
            return;
        }
        List<Cause> wrong = new ArrayList<>();
        Validation.validateValue(value, Schema.of(schema), wrong);
        for (Cause cause : wrong) {
            boolean whole = cause.field().equals("<root>") || cause.field().isEmpty();
            causes.add(new Cause(
                    cause.reason(),
                    at + ".default" + (whole ? "" : "." + cause.field()),
                    cause.message().replace("<root>", "")));
        }
    }

    private static void add(JsonNode schema, String at, List<ObjectNode> below, List<String> paths) {
        if (schema instanceof ObjectNode object) {
            below.add(object);
            paths.add(at);
        }
    }
}

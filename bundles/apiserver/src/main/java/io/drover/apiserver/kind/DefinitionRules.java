package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Patterns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a custom resource definition must say, and what is filled in. */
final class DefinitionRules implements ResourceType.Rules {

    @Override
    public void normalise(ObjectNode definition) {
        ObjectNode spec = Json.child(definition, "spec");
        ObjectNode names = Json.child(spec, "names");
        String kind = names.path("kind").asText();
        if (names.path("singular").asText().isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText().isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!spec.hasNonNull("conversion")) {
            spec.putObject("conversion").put("strategy", "None");
        }
    }

    @Override
    public void prepare(ObjectNode definition, ObjectNode before) {
        ObjectNode spec = Json.child(definition, "spec");
        if (before == null) {
            ObjectNode status = definition.putObject("status");
            status.putArray("conditions");
            status.putObject("acceptedNames").put("plural", "").put("kind", "");
            storedVersions(spec, status.putArray("storedVersions"), new HashSet<>());
        } else if (definition.get("status") instanceof ObjectNode status) {
            Set<String> known = new HashSet<>();
            status.path("storedVersions").forEach(v -> known.add(v.asText()));
            storedVersions(spec, status.withArray("storedVersions"), known);
        }
    }

    private static void storedVersions(
            ObjectNode spec, com.fasterxml.jackson.databind.node.ArrayNode stored, Set<String> known) {
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean()
                    && known.add(version.path("name").asText())) {
                stored.add(version.path("name").asText());
            }
        }
    }

    @Override
    public void validate(ObjectNode definition, ObjectNode before, List<Cause> causes) {
        JsonNode spec = definition.path("spec");
        String group = spec.path("group").asText();
        String plural = spec.at("/names/plural").asText();
        required(spec, "group", "spec.group", causes);
        required(spec.path("names"), "plural", "spec.names.plural", causes);
        required(spec.path("names"), "kind", "spec.names.kind", causes);
        String name = definition.at("/metadata/name").asText();
        if (!name.equals(plural + "." + group)) {
            causes.add(Cause.invalid("metadata.name", '"' + name + '"', "must be spec.names.plural+\".\"+spec.group"));
        }
        String scope = spec.path("scope").asText();
        if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
            causes.add(Cause.unsupported("spec.scope", '"' + scope + '"', List.of("Cluster", "Namespaced")));
        }
        if (!spec.at("/conversion/strategy").asText().equals("None")) {
            causes.add(Cause.unsupported(
                    "spec.conversion.strategy", spec.at("/conversion/strategy").toString(), List.of("None")));
        }
        versions(spec.path("versions"), causes);
        if (before != null) {
            unchanged(definition, before, "/spec/group", causes);
            unchanged(definition, before, "/spec/scope", causes);
            unchanged(definition, before, "/spec/names/plural", causes);
            unchanged(definition, before, "/spec/names/kind", causes);
        }
    }

    private static void versions(JsonNode versions, List<Cause> causes) {
        if (versions.isEmpty()) {
            causes.add(Cause.required("spec.versions", "must have at least one version"));
            return;
        }
        int stored = 0;
        int i = 0;
        Set<String> names = new HashSet<>();
        for (JsonNode version : versions) {
            String at = "spec.versions[" + i++ + "]";
            required(version, "name", at + ".name", causes);
            if (!names.add(version.path("name").asText())) {
                causes.add(new Cause("FieldValueDuplicate", at + ".name", "Duplicate value: " + version.path("name")));
            }
            stored += version.path("storage").asBoolean() ? 1 : 0;
            if (version.at("/schema/openAPIV3Schema") instanceof ObjectNode schema) {
                structure(schema, at + ".schema.openAPIV3Schema", true, causes);
                ExpressionChecks.check(schema, at + ".schema.openAPIV3Schema", causes);
            } else {
                causes.add(Cause.required(at + ".schema.openAPIV3Schema", "schemas are required"));
            }
            int c = 0;
            for (JsonNode column : version.path("additionalPrinterColumns")) {
                path(column.path("jsonPath"), at + ".additionalPrinterColumns[" + c++ + "].jsonPath", causes);
            }
        }
        if (stored != 1) {
            causes.add(Cause.invalid(
                    "spec.versions",
                    Integer.toString(stored),
                    "must have exactly one version marked as storage version"));
        }
    }

    private static void path(JsonNode path, String at, List<Cause> causes) {
        try {
            JsonPath.of(path.asText());
        } catch (IllegalArgumentException e) {
            causes.add(Cause.invalid(at, path.toString(), e.getMessage()));
        }
    }

    /** A schema is structural when every field has a type. */
    private static void structure(ObjectNode schema, String at, boolean root, List<Cause> causes) {
        String type = schema.path("type").asText("");
        boolean free = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (type.isEmpty() && (root || !free)) {
            causes.add(Cause.required(at + ".type", "must not be empty for specified object fields"));
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
        if (schema.has("pattern")) {
            try {
                Patterns.compile(schema.get("pattern").asText());
            } catch (IllegalArgumentException e) {
                causes.add(Cause.invalid(
                        at + ".pattern", schema.get("pattern").toString(), "must be a valid regular expression"));
            }
        }
        List<ObjectNode> below = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        schema.path("properties")
                .properties()
                .forEach(p -> add(p.getValue(), at + ".properties[" + p.getKey() + "]", below, paths));
        add(schema.path("items"), at + ".items", below, paths);
        add(schema.path("additionalProperties"), at + ".additionalProperties", below, paths);
        for (int i = 0; i < below.size(); i++) {
            structure(below.get(i), paths.get(i), false, causes);
        }
    }

    private static void add(JsonNode schema, String at, List<ObjectNode> below, List<String> paths) {
        if (schema instanceof ObjectNode object) {
            below.add(object);
            paths.add(at);
        }
    }

    private static void required(JsonNode parent, String field, String at, List<Cause> causes) {
        if (parent.path(field).asText().isEmpty()) {
            causes.add(Cause.required(at, ""));
        }
    }

    private static void unchanged(JsonNode now, JsonNode before, String at, List<Cause> causes) {
        if (!now.at(at).equals(before.at(at))) {
            causes.add(
                    Cause.invalid(at.substring(1).replace('/', '.'), now.at(at).toString(), "field is immutable"));
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a custom resource definition must say, and what is filled in. */
final class DefinitionRules implements ResourceType.Rules {

    private static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    /** Groups of Kubernetes itself. */
    private static final Pattern PROTECTED = Pattern.compile("(.*\\.)?(k8s|kubernetes)\\.io");

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
            status.putNull("conditions");
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
        if (PROTECTED.matcher(group).matches()
                && definition
                        .at("/metadata/annotations/api-approved.kubernetes.io")
                        .isMissingNode()) {
            causes.add(Cause.required(
                    "metadata.annotations[api-approved.kubernetes.io]",
                    "protected groups must have approval annotation \"api-approved.kubernetes.io\", see"
                            + " https://github.com/kubernetes/enhancements/pull/1111"));
        }
        label(plural, "spec.names.plural", causes);
        label(spec.at("/names/singular").asText(), "spec.names.singular", causes);
        label(spec.at("/names/kind").asText().toLowerCase(Locale.ROOT), "spec.names.kind", causes);
        versions(spec.path("versions"), causes);
        storedVersions(definition, causes);
        if (before != null) {
            unchanged(definition, before, "/spec/group", causes);
            unchanged(definition, before, "/spec/scope", causes);
            unchanged(definition, before, "/spec/names/plural", causes);
            unchanged(definition, before, "/spec/names/kind", causes);
        }
    }

    private static void label(String name, String at, List<Cause> causes) {
        if (!name.isEmpty() && !LABEL.matcher(name).matches()) {
            causes.add(Cause.invalid(
                    at,
                    '"' + name + '"',
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                            + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used"
                            + " for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"));
        }
    }

    /** A version in which objects may be stored stays. */
    private static void storedVersions(ObjectNode definition, List<Cause> causes) {
        Set<String> names = new HashSet<>();
        definition.at("/spec/versions").forEach(v -> names.add(v.path("name").asText()));
        int i = 0;
        for (JsonNode stored : definition.at("/status/storedVersions")) {
            String name = stored.asText();
            if (!names.contains(name)) {
                causes.add(Cause.invalid(
                        "status.storedVersions[" + i + "]",
                        '"' + name + '"',
                        "missing from spec.versions; " + name + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data remains persisted in "
                                + name
                                + " and removes " + name + " from status.storedVersions"));
            }
            i++;
        }
    }

    private static boolean shareSchema(JsonNode versions) {
        for (JsonNode version : versions) {
            if (!version.path("schema").equals(versions.path(0).path("schema"))) {
                return false;
            }
        }
        return true;
    }

    private static void schema(ObjectNode schema, String at, List<Cause> causes) {
        int before = causes.size();
        SchemaChecks.check(schema, at, causes);
        if (causes.size() == before) {
            ExpressionChecks.check(schema, at, causes);
        }
    }

    private static void versions(JsonNode versions, List<Cause> causes) {
        boolean shared = shareSchema(versions);
        if (versions.isEmpty()) {
            causes.add(Cause.required("spec.versions", "must have at least one version"));
            return;
        }
        int stored = 0;
        int i = 0;
        boolean unique = true;
        Set<String> names = new HashSet<>();
        for (JsonNode version : versions) {
            String at = "spec.versions[" + i++ + "]";
            required(version, "name", at + ".name", causes);
            unique &= names.add(version.path("name").asText());
            label(version.path("name").asText(), at + ".name", causes);
            stored += version.path("storage").asBoolean() ? 1 : 0;
            if (!(version.at("/schema/openAPIV3Schema") instanceof ObjectNode schema)) {
                causes.add(Cause.required(at + ".schema.openAPIV3Schema", ""));
            } else if (!shared) {
                schema(schema, at + ".schema.openAPIV3Schema", causes);
            } else if (version == versions.get(0)) {
                schema(schema, "spec.validation.openAPIV3Schema", causes);
            }
            int c = 0;
            for (JsonNode column : version.path("additionalPrinterColumns")) {
                path(column.path("jsonPath"), at + ".additionalPrinterColumns[" + c++ + "].jsonPath", causes);
            }
        }
        if (stored != 1) {
            causes.add(Cause.invalid(
                    "spec.versions", shown(versions), "must have exactly one version marked as storage version"));
        }
        if (!unique) {
            causes.add(Cause.invalid("spec.versions", shown(versions), "must contain unique version names"));
        }
    }

    private static String shown(JsonNode versions) {
        List<String> names = new ArrayList<>();
        versions.forEach(v -> names.add(v.path("name").toString()));
        return names.toString();
    }

    private static void path(JsonNode path, String at, List<Cause> causes) {
        try {
            JsonPath.of(path.asText());
        } catch (IllegalArgumentException e) {
            causes.add(Cause.invalid(at, path.toString(), e.getMessage()));
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

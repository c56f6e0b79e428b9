package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.SchemaTypes;
import io.drover.apiserver.cel.Type;
import io.drover.apiserver.request.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whether a policy's validations fit the schemas of what the policy is about, as far as it names its kinds one by one. */
public final class PolicyTypeChecks {

    private static final int MOST_KINDS = 10;

    private final Kinds kinds;

    public PolicyTypeChecks(Kinds kinds) {
        this.kinds = kinds;
    }

    /** What does not: {@code fieldRef} and {@code warning} of each expression. */
    public ArrayNode warnings(JsonNode spec) {
        List<ResourceType> about = about(spec.at("/matchConstraints/resourceRules"));
        ArrayNode warnings = Json.array();
        int i = 0;
        for (JsonNode validation : spec.path("validations")) {
            String at = "spec.validations[" + i++ + "]";
            for (String field : List.of("expression", "messageExpression")) {
                String warning = warning(spec, about, validation.path(field).asText(""), field.equals("expression"));
                if (!warning.isEmpty()) {
                    warnings.addObject().put("fieldRef", at + "." + field).put("warning", warning);
                }
            }
        }
        return warnings;
    }

    private String warning(JsonNode spec, List<ResourceType> about, String expression, boolean rule) {
        List<String> wrong = new ArrayList<>();
        for (ResourceType type : expression.isEmpty() ? List.<ResourceType>of() : about) {
            PolicyExpressions expressions = PolicyExpressions.of(type(type), parameters(spec.path("paramKind")));
            for (JsonNode variable : spec.path("variables")) {
                try {
                    expressions.declare(
                            variable.path("name").asText(),
                            variable.path("expression").asText());
                } catch (CelFailure e) {
                    // Of unknown type, then; what else is wrong with it was said when it was written.
                }
            }
            Environment environment = rule ? expressions.ofRules() : expressions.ofMessages();
            try {
                environment.compile(expression);
            } catch (CelFailure e) {
                String group = type.group().isEmpty() ? "/" + type.version() : type.apiVersion();
                wrong.add(group + ", Kind=" + type.kind() + ": " + e.getMessage() + "\n");
            }
        }
        return String.join("\n", wrong);
    }

    private Optional<Type> parameters(JsonNode kind) {
        return kinds.in(kind.path("apiVersion").asText()).stream()
                .filter(type -> type.kind().equals(kind.path("kind").asText()))
                .map(PolicyTypeChecks::type)
                .findFirst();
    }

    private static Type type(ResourceType type) {
        return SchemaTypes.ofWholeObject(type.schema().source());
    }

    /** Rules with a star in groups or versions are about too much to be looked at. */
    private List<ResourceType> about(JsonNode rules) {
        List<ResourceType> about = new ArrayList<>();
        for (JsonNode rule : rules) {
            for (String group : names(rule.path("apiGroups"))) {
                for (String version : names(rule.path("apiVersions"))) {
                    for (String resource : names(rule.path("resources"))) {
                        kinds.find(group.isEmpty() ? version : group + "/" + version, resource)
                                .filter(type -> about.size() < MOST_KINDS && !about.contains(type))
                                .ifPresent(about::add);
                    }
                }
            }
        }
        return about;
    }

    private static SortedSet<String> names(JsonNode texts) {
        SortedSet<String> names = new TreeSet<>();
        texts.forEach(text -> names.add(text.asText()));
        return names;
    }
}

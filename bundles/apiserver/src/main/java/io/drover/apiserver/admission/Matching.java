package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.access.Labels;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which changes a webhook or policy is about: rules, selectors of namespaces and objects, and whether other versions are the same. */
final class Matching {

    private final List<Rule> rules;
    private final List<Rule> exclusions;
    private final Labels namespaces;
    private final Labels objects;
    private final boolean equivalents;

    private record Rule(
            List<String> operations,
            List<String> groups,
            List<String> versions,
            List<String> resources,
            List<String> names,
            String scope) {

        static List<Rule> listOf(JsonNode rules) {
            List<Rule> list = new ArrayList<>();
            for (JsonNode rule : rules) {
                list.add(new Rule(
                        texts(rule, "operations"),
                        texts(rule, "apiGroups"),
                        texts(rule, "apiVersions"),
                        texts(rule, "resources"),
                        texts(rule, "resourceNames"),
                        rule.path("scope").asText("*")));
            }
            return list;
        }

        private static List<String> texts(JsonNode rule, String field) {
            List<String> texts = new ArrayList<>();
            rule.path(field).forEach(text -> texts.add(text.asText()));
            return texts;
        }

        boolean matches(Change change, ResourceType type) {
            return has(operations, change.operation().name())
                    && concerns(type, change.subresource())
                    && (names.isEmpty() || names.contains(change.name()));
        }

        boolean concerns(ResourceType type, String subresource) {
            return has(groups, type.group())
                    && has(versions, type.version())
                    && hasResource(type.plural(), subresource)
                    && (scope.equals("*") || scope.equals(isInNamespace(type) ? "Namespaced" : "Cluster"));
        }

        private static boolean isInNamespace(ResourceType type) {
            return type.namespaced();
        }

        private boolean hasResource(String plural, String subresource) {
            String whole = subresource.isEmpty() ? plural : plural + "/" + subresource;
            return resources.contains("*/*")
                    || resources.contains(whole)
                    || (subresource.isEmpty()
                            ? resources.contains("*")
                            : resources.contains(plural + "/*") || resources.contains("*/" + subresource));
        }

        private static boolean has(List<String> values, String value) {
            return values.contains("*") || values.contains(value);
        }
    }

    private Matching(JsonNode rules, JsonNode exclusions, JsonNode object) {
        this.rules = Rule.listOf(rules);
        this.exclusions = Rule.listOf(exclusions);
        this.namespaces = Labels.of(object.path("namespaceSelector"));
        this.objects = Labels.of(object.path("objectSelector"));
        this.equivalents = !object.path("matchPolicy").asText("").equals("Exact");
    }

    static Matching ofWebhook(JsonNode webhook) {
        return new Matching(webhook.path("rules"), webhook.path("none"), webhook);
    }

    /** Of a policy's constraints, or what a binding limits it to. */
    static Matching ofConstraints(JsonNode constraints) {
        return new Matching(constraints.path("resourceRules"), constraints.path("excludeResourceRules"), constraints);
    }

    boolean hasRules() {
        return !rules.isEmpty();
    }

    /** Whether any change of this type could be one of those; its versions are taken for the same. */
    boolean mayConcern(ResourceType type, Kinds kinds) {
        for (ResourceType version : versionsOf(type, kinds)) {
            for (Rule rule : rules) {
                if (has(rule.groups(), version.group())
                        && has(rule.versions(), version.version())
                        && rule.resources().stream()
                                .anyMatch(r -> r.startsWith("*")
                                        || r.equals(type.plural())
                                        || r.startsWith(type.plural() + "/"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean has(List<String> values, String value) {
        return values.contains("*") || values.contains(value);
    }

    /** As which version the change is one of those; empty if it is none. */
    Optional<ResourceType> match(Change change, ResourceType type, Kinds kinds, Store store) {
        if (!chooses(change, type, store) || exclusions.stream().anyMatch(rule -> rule.matches(change, type))) {
            return Optional.empty();
        }
        if (rules.isEmpty() || rules.stream().anyMatch(rule -> rule.matches(change, type))) {
            return Optional.of(type);
        }
        if (equivalents) {
            for (ResourceType version : versionsOf(type, kinds)) {
                if (rules.stream().anyMatch(rule -> rule.matches(change, version))) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }

    /** All forms of the same objects that differ in no more than their version. */
    private static List<ResourceType> versionsOf(ResourceType type, Kinds kinds) {
        if (!type.custom()) {
            return List.of(type);
        }
        List<ResourceType> versions = new ArrayList<>();
        for (String groupVersion : kinds.groupVersions()) {
            if (groupVersion.startsWith(type.group() + "/")) {
                kinds.find(groupVersion, type.plural()).ifPresent(versions::add);
            }
        }
        return versions;
    }

    private boolean chooses(Change change, ResourceType type, Store store) {
        return (namespaces.isEmpty() || choosesNamespace(change, type, store))
                && (objects.isEmpty()
                        || objects.matches(labels(change.object()))
                        || change.before()
                                .filter(b -> objects.matches(labels(b)))
                                .isPresent());
    }

    private boolean choosesNamespace(Change change, ResourceType type, Store store) {
        if (type.equals(BuiltIns.NAMESPACES)) {
            return namespaces.matches(labels(change.object()));
        }
        return !type.namespaced()
                || store.now()
                        .get(BuiltIns.NAMESPACES.key("", change.namespace()))
                        .filter(namespace -> namespaces.matches(namespace.labels()))
                        .isPresent();
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> labels = new HashMap<>();
        object.at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Question;
import io.drover.apiserver.request.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A rule of a role: these verbs on these resources, or on these paths. {@code *} stands for all. */
record Rule(List<String> groups, List<String> resources, List<String> names, List<String> paths, List<String> verbs) {

    private static final String ALL = "*";

    static List<Rule> listOf(JsonNode rules) {
        List<Rule> result = new ArrayList<>(rules.size());
        for (JsonNode rule : rules) {
            result.add(new Rule(
                    texts(rule, "apiGroups"),
                    texts(rule, "resources"),
                    texts(rule, "resourceNames"),
                    texts(rule, "nonResourceURLs"),
                    texts(rule, "verbs")));
        }
        return List.copyOf(result);
    }

    private static List<String> texts(JsonNode rule, String field) {
        List<String> texts = new ArrayList<>();
        rule.path(field).forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    boolean allows(Question question) {
        return has(verbs, question.verb())
                && has(groups, question.group())
                && hasResource(question.resource())
                && (names.isEmpty() || names.contains(question.name()));
    }

    boolean allowsPath(String verb, String path) {
        if (!has(verbs, verb)) {
            return false;
        }
        for (String pattern : paths) {
            boolean prefix = pattern.endsWith(ALL);
            if (pattern.equals(path) || (prefix && path.startsWith(pattern.substring(0, pattern.length() - 1)))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasResource(String resource) {
        if (has(resources, resource)) {
            return true;
        }
        int slash = resource.indexOf('/');
        return slash >= 0 && resources.contains(ALL + resource.substring(slash));
    }

    private static boolean has(List<String> values, String value) {
        for (int i = 0; i < values.size(); i++) {
            String candidate = values.get(i);
            if (candidate.equals(ALL) || candidate.equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** The same as many rules of one right each. */
    List<Rule> single() {
        List<Rule> rules = new ArrayList<>();
        for (String verb : verbs) {
            for (String path : paths) {
                rules.add(new Rule(List.of(), List.of(), List.of(), List.of(path), List.of(verb)));
            }
            for (String group : groups) {
                for (String resource : resources) {
                    if (names.isEmpty()) {
                        rules.add(new Rule(List.of(group), List.of(resource), names, List.of(), List.of(verb)));
                    }
                    for (String name : names) {
                        rules.add(new Rule(List.of(group), List.of(resource), List.of(name), List.of(), List.of(verb)));
                    }
                }
            }
        }
        return rules;
    }

    /** How many single rights it gives. */
    long size() {
        return (long) verbs.size()
                * (paths.size() + (long) groups.size() * resources.size() * Math.max(1, names.size()));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        put(json, "verbs", verbs);
        put(json, "apiGroups", groups);
        put(json, "resources", resources);
        put(json, "resourceNames", names);
        put(json, "nonResourceURLs", paths);
        return json;
    }

    private static void put(ObjectNode json, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = json.putArray(field);
            texts.forEach(array::add);
        }
    }

    /** As messages tell it: {@code {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, "APIGroups", groups);
        add(parts, "Resources", resources);
        add(parts, "NonResourceURLs", paths);
        add(parts, "ResourceNames", names);
        add(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void add(List<String> parts, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            parts.add(name + ":" + quoted(texts));
        }
    }

    static String quoted(List<String> texts) {
        return texts.stream().map(t -> '"' + t + '"').collect(Collectors.joining(" ", "[", "]"));
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A label selector as objects hold it: {@code matchLabels} and {@code matchExpressions}. An empty one chooses all. */
public final class Labels {

    private final List<Predicate<Map<String, String>>> tests = new ArrayList<>();

    private Labels(JsonNode selector) {
        for (var label : selector.path("matchLabels").properties()) {
            String value = label.getValue().asText();
            tests.add(labels -> value.equals(labels.get(label.getKey())));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            tests.add(test(expression));
        }
    }

    public static Labels of(JsonNode selector) {
        return new Labels(selector);
    }

    static List<Labels> each(JsonNode selectors) {
        List<Labels> all = new ArrayList<>();
        selectors.forEach(selector -> all.add(new Labels(selector)));
        return all;
    }

    public boolean isEmpty() {
        return tests.isEmpty();
    }

    public boolean matches(Map<String, String> labels) {
        return tests.stream().allMatch(test -> test.test(labels));
    }

    /** What is no operator chooses nothing. */
    private static Predicate<Map<String, String>> test(JsonNode expression) {
        String key = expression.path("key").asText();
        List<String> values = new ArrayList<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        return switch (expression.path("operator").asText()) {
            case "In" -> labels -> labels.containsKey(key) && values.contains(labels.get(key));
            case "NotIn" -> labels -> !labels.containsKey(key) || !values.contains(labels.get(key));
            case "Exists" -> labels -> labels.containsKey(key);
            case "DoesNotExist" -> labels -> !labels.containsKey(key);
            default -> labels -> false;
        };
    }
}

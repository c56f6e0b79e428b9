package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSONPath of printer columns and selectable fields: {@code .a.b}, {@code ['a']}, {@code [0]}, {@code [*]} and {@code
 * [?(@.a=="b")]}.
 */
public final class JsonPath {

    private static final int MAX_LENGTH = 1_000;

    private sealed interface Step {
        record Member(String name) implements Step {}

        record Index(int index) implements Step {}

        record All() implements Step {}

        record Where(List<Step> path, String value, boolean equal) implements Step {}
    }

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** @throws IllegalArgumentException with a reason if it isn't one */
    static JsonPath of(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("is too long");
        }
        return new JsonPath(new Reader(text).steps());
    }

    /** The first value that the path leads to. */
    public Optional<JsonNode> first(JsonNode object) {
        List<JsonNode> found = follow(List.of(object), steps);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** Puts a value where the path leads, making the objects on the way; only for a path of members. */
    public void set(ObjectNode object, JsonNode value) {
        ObjectNode parent = object;
        for (Step step : steps.subList(0, steps.size() - 1)) {
            parent = Json.child(parent, ((Step.Member) step).name());
        }
        parent.set(((Step.Member) steps.get(steps.size() - 1)).name(), value);
    }

    private static List<JsonNode> follow(List<JsonNode> nodes, List<Step> steps) {
        List<JsonNode> here = nodes;
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : here) {
                take(node, step, next);
            }
            here = next;
        }
        return here;
    }

    private static void take(JsonNode node, Step step, List<JsonNode> next) {
        if (step instanceof Step.Member member) {
            add(node.get(member.name()), next);
        } else if (step instanceof Step.Index index) {
            add(node.get(index.index() < 0 ? node.size() + index.index() : index.index()), next);
        } else if (step instanceof Step.All) {
            node.forEach(next::add);
        } else if (step instanceof Step.Where where) {
            for (JsonNode item : node) {
                List<JsonNode> found = follow(List.of(item), where.path());
                boolean same = !found.isEmpty() && found.get(0).asText().equals(where.value());
                if (same == where.equal()) {
                    next.add(item);
                }
            }
        }
    }

    private static void add(JsonNode found, List<JsonNode> next) {
        if (found != null && !found.isNull()) {
            next.add(found);
        }
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Step> steps() {
            if (text.startsWith("{") && text.endsWith("}")) {
                return new Reader(text.substring(1, text.length() - 1)).steps();
            }
            if (text.startsWith("$")) {
                at++;
            }
            List<Step> steps = new ArrayList<>();
            while (at < text.length()) {
                steps.add(text.charAt(at) == '[' ? bracket() : member());
            }
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("is empty");
            }
            return steps;
        }

        private Step member() {
            if (text.charAt(at) == '.') {
                at++;
            } else if (at != 0) {
                throw new IllegalArgumentException("has a stray character at " + at);
            }
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
                char c = text.charAt(at++);
                name.append(c == '\\' && at < text.length() ? text.charAt(at++) : c);
            }
            if (name.isEmpty()) {
                throw new IllegalArgumentException("has an empty name at " + at);
            }
            return name.toString().equals("*") ? new Step.All() : new Step.Member(name.toString());
        }

        private Step bracket() {
            int end = closing();
            String inside = text.substring(at + 1, end).trim();
            at = end + 1;
            if (inside.equals("*")) {
                return new Step.All();
            }
            if (inside.startsWith("?(") && inside.endsWith(")")) {
                return where(inside.substring(2, inside.length() - 1).trim());
            }
            if (isQuoted(inside)) {
                return new Step.Member(inside.substring(1, inside.length() - 1));
            }
            try {
                return new Step.Index(Integer.parseInt(inside));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("has [" + inside + "], which is not understood");
            }
        }

        private int closing() {
            char quote = 0;
            for (int i = at + 1; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (c == ']') {
                    return i;
                }
            }
            throw new IllegalArgumentException("has no ] for the [ at " + at);
        }

        private static Step where(String condition) {
            boolean equal = condition.contains("==");
            int operator = condition.indexOf(equal ? "==" : "!=");
            if (operator < 0 || !condition.startsWith("@")) {
                throw new IllegalArgumentException("has the filter " + condition + ", which is not understood");
            }
            String value = condition.substring(operator + 2).trim();
            return new Step.Where(
                    new Reader(condition.substring(1, operator).trim()).steps(),
                    isQuoted(value) ? value.substring(1, value.length() - 1) : value,
                    equal);
        }

        private static boolean isQuoted(String text) {
            return text.length() >= 2
                    && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                    && text.charAt(text.length() - 1) == text.charAt(0);
        }
    }
}

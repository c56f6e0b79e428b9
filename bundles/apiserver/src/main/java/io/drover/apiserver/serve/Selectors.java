package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.EventRules;
import io.drover.apiserver.kind.Names;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors of a request, as one test of stored objects. */
final class Selectors {

    private static final String NAME = "[-A-Za-z0-9_./]+";
    private static final Pattern IN = Pattern.compile("(" + NAME + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EQUALS = Pattern.compile("(" + NAME + ")\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)");
    private static final Pattern ORDER = Pattern.compile("(" + NAME + ")\\s*([<>])\\s*(\\S+)");
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*(" + NAME + ")");

    private Selectors() {}

    static Predicate<Stored> of(Request request, ResourceType type) {
        List<Predicate<Stored>> tests = new ArrayList<>();
        request.parameter("labelSelector").ifPresent(s -> labels(s).forEach(t -> tests.add(o -> t.test(o.labels()))));
        request.parameter("fieldSelector").ifPresent(s -> tests.addAll(fields(s, type)));
        return switch (tests.size()) {
            case 0 -> object -> true;
            case 1 -> tests.get(0);
            default -> object -> tests.stream().allMatch(t -> t.test(object));
        };
    }

    static List<Predicate<Map<String, String>>> labels(String selector) {
        List<Predicate<Map<String, String>>> tests = new ArrayList<>();
        for (String part : split(selector)) {
            tests.add(label(part));
        }
        return tests;
    }

    private static Predicate<Map<String, String>> label(String part) {
        Matcher in = IN.matcher(part);
        if (in.matches()) {
            String key = key(in.group(1));
            Set<String> values = new TreeSet<>();
            for (String value : in.group(3).split(",", -1)) {
                values.add(value(value.trim(), key));
            }
            boolean wanted = in.group(2).equals("in");
            return labels -> labels.containsKey(key) ? values.contains(labels.get(key)) == wanted : !wanted;
        }
        Matcher equals = EQUALS.matcher(part);
        if (equals.matches()) {
            String key = key(equals.group(1));
            String value = value(equals.group(3), key);
            boolean wanted = !equals.group(2).equals("!=");
            return labels -> value.equals(labels.get(key)) == wanted;
        }
        Matcher order = ORDER.matcher(part);
        if (order.matches()) {
            String key = key(order.group(1));
            if (!order.group(3).matches("-?\\d{1,18}")) {
                throw Refusal.badRequest("unable to parse requirement: values[0]: Invalid value: \"" + order.group(3)
                        + "\": for 'Gt', 'Lt' operators, the value must be an integer");
            }
            long limit = Long.parseLong(order.group(3));
            int sign = order.group(2).equals(">") ? 1 : -1;
            return labels -> {
                String value = labels.getOrDefault(key, "");
                return value.matches("-?\\d{1,18}") && Long.compare(Long.parseLong(value), limit) == sign;
            };
        }
        Matcher exists = EXISTS.matcher(part);
        if (exists.matches()) {
            String key = key(exists.group(2));
            boolean wanted = exists.group(1).isEmpty();
            return labels -> labels.containsKey(key) == wanted;
        }
        throw Refusal.badRequest("unable to parse requirement: " + part);
    }

    private static String key(String key) {
        List<Refusal.Cause> wrong = new ArrayList<>();
        Names.checkQualified(key, "<nil>", wrong);
        if (!wrong.isEmpty()) {
            throw Refusal.badRequest(
                    "unable to parse requirement: <nil>: " + wrong.get(0).message());
        }
        return key;
    }

    private static String value(String value, String key) {
        List<Refusal.Cause> wrong = new ArrayList<>();
        Names.checkLabelValue(value, "values[0][" + key + "]", wrong);
        if (!wrong.isEmpty()) {
            throw Refusal.badRequest("unable to parse requirement: "
                    + wrong.get(0).field() + ": " + wrong.get(0).message());
        }
        return value;
    }

    /** Splits at commas that are not within parentheses. */
    private static List<String> split(String selector) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= selector.length(); i++) {
            char c = i < selector.length() ? selector.charAt(i) : ',';
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && (depth <= 0 || i == selector.length())) {
                String part = selector.substring(start, i).trim();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            }
        }
        return parts;
    }

    private static List<Predicate<Stored>> fields(String selector, ResourceType type) {
        List<Predicate<Stored>> tests = new ArrayList<>();
        for (String part : selector.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            Matcher match = Pattern.compile("([^=!]+)(==|=|!=)(.*)").matcher(part.trim());
            if (!match.matches()) {
                throw Refusal.badRequest("invalid selector: '" + part + "'; can't understand '" + part + "'");
            }
            String field = match.group(1);
            String value = match.group(3);
            boolean wanted = !match.group(2).equals("!=");
            tests.add(field(field, value, wanted, type));
        }
        return tests;
    }

    private static Predicate<Stored> field(String field, String value, boolean wanted, ResourceType type) {
        int topic = type.topic().length();
        if (field.equals("metadata.name")) {
            return object ->
                    object.key().substring(object.key().lastIndexOf('/') + 1).equals(value) == wanted;
        }
        if (field.equals("metadata.namespace") && type.namespaced()) {
            return object -> object.key()
                            .substring(topic, object.key().indexOf('/', topic))
                            .equals(value)
                    == wanted;
        }
        if (!type.selectableFields().contains(field)) {
            throw Refusal.badRequest(
                    type.custom() || !type.selectableFields().isEmpty()
                            ? "field label not supported: " + field
                            : '"' + field
                                    + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        }
        boolean event = type.topic().equals(BuiltIns.EVENTS.topic());
        String pointer = "/" + (event ? EventRules.stored(field) : field).replace('.', '/');
        return object -> text(type, object, field, pointer).equals(value) == wanted;
    }

    private static String text(ResourceType type, Stored stored, String field, String pointer) {
        ObjectNode object = Json.read(stored.json());
        if (field.equals("source") && type.plural().equals("events")) {
            JsonNode component = object.at("/source/component");
            return component.isMissingNode() ? object.path("reportingComponent").asText() : component.asText();
        }
        return object.at(pointer).asText("");
    }
}

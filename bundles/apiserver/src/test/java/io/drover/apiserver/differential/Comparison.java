package io.drover.apiserver.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.differential.Side.Answered;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds where two answers differ, in what does not differ from one run to the next. */
public final class Comparison {

    private static final List<String> HEADERS = List.of(
            "content-type", "cache-control", "warning", "retry-after", "content-encoding", "vary", "allow", "location");
    private static final Pattern TIME = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern AGE = Pattern.compile("\\d+(ms|s|m)(\\d+s)?|<invalid>");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern VERSION =
            Pattern.compile("(?<=[vV]ersion: |current: |ersion in the precondition \\(|in record \\()\\d+");
    private static final Pattern SELF_TYPE = Pattern.compile("selfType\\d+");

    private final List<String> differences = new ArrayList<>();
    private final Exchange exchange;

    private Comparison(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Each difference as {@code title :: place :: what the real server says and what ours does}. */
    public static List<String> of(Exchange exchange, Answered real, Answered ours) {
        Comparison comparison = new Comparison(exchange);
        comparison.compare(real, ours);
        return comparison.differences;
    }

    private void compare(Answered real, Answered ours) {
        if (real.status() != ours.status()) {
            differ("status", real.status() + " " + said(real.body()), ours.status() + " " + said(ours.body()));
            return;
        }
        for (String header : HEADERS) {
            String a = real.headers().getOrDefault(header, "");
            String b = ours.headers().getOrDefault(header, "");
            if (!a.equals(b)) {
                differ("header " + header, a, b);
            }
        }
        compare("body ", picked(real.body()), picked(ours.body()));
    }

    private static String said(JsonNode body) {
        return body.path("message").asText(body.isTextual() ? body.asText() : "");
    }

    private void differ(String place, String real, String ours) {
        differences.add(
                exchange.title() + " :: " + place + " :: real " + shortened(real) + "  ours " + shortened(ours));
    }

    private static String shortened(String text) {
        return text.length() > 700 ? text.substring(0, 700) + "…" : text;
    }

    private JsonNode picked(JsonNode body) {
        String pick = exchange.directive("@pick").orElse("");
        if (pick.isEmpty()) {
            return body;
        }
        JsonNode copy = body.deepCopy();
        String[] parts = pick.split("[ =]", 3);
        if (copy.at(parts[0]) instanceof ArrayNode array) {
            Set<String> wanted = Set.of(parts[2].split(","));
            List<JsonNode> items = new ArrayList<>();
            array.forEach(items::add);
            items.removeIf(item -> !wanted.contains(item.at("/" + parts[1]).asText()));
            items.sort(Comparator.comparing(item -> item.at("/" + parts[1]).asText()));
            array.removeAll();
            array.addAll(items);
        }
        return copy;
    }

    private void compare(String place, JsonNode real, JsonNode ours) {
        if (real instanceof ObjectNode first && ours instanceof ObjectNode second) {
            ObjectNode a = withSteadyNames(first);
            ObjectNode b = withSteadyNames(second);
            for (String name : names(a, b)) {
                compare(place + "/" + name, named(name, a), named(name, b));
            }
        } else if (real instanceof ArrayNode a && ours instanceof ArrayNode b && a.size() == b.size()) {
            if (place.endsWith("/causes")) {
                sort(a, "field", "message");
                sort(b, "field", "message");
            }
            if (place.endsWith("/managedFields")) {
                sort(a, "manager", "operation", "subresource", "apiVersion");
                sort(b, "manager", "operation", "subresource", "apiVersion");
            }
            for (int i = 0; i < a.size(); i++) {
                compare(place + "/" + i, a.get(i), b.get(i));
            }
        } else {
            JsonNode a = steady(real);
            JsonNode b = steady(ours);
            if (!a.equals(b)) {
                differ(place, shown(a), shown(b));
            }
        }
    }

    /** The causes of a refusal come in no order, and managers of fields in that of times within a second. */
    private static void sort(ArrayNode array, String... fields) {
        List<JsonNode> sorted = new ArrayList<>();
        array.forEach(sorted::add);
        sorted.sort(Comparator.comparing(item ->
                Arrays.stream(fields).map(field -> item.path(field).asText("")).collect(Collectors.joining(" "))));
        array.removeAll();
        array.addAll(sorted);
    }

    private static String shown(JsonNode value) {
        return value == null || value.isMissingNode() ? "nothing" : value.toString();
    }

    private static Set<String> names(ObjectNode a, ObjectNode b) {
        Set<String> names = new TreeSet<>();
        a.fieldNames().forEachRemaining(names::add);
        b.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Keys of managed fields have uids in them. */
    private static ObjectNode withSteadyNames(ObjectNode object) {
        ObjectNode steady = object.objectNode();
        object.properties().forEach(p -> steady.set(UID.matcher(p.getKey()).replaceAll("<uid>"), p.getValue()));
        return steady;
    }

    /** A member, with a placeholder for what is another one each time. */
    private static JsonNode named(String name, ObjectNode object) {
        JsonNode value = object.path(name);
        boolean differs = Set.of("resourceVersion", "continue", "token").contains(name)
                && !value.asText().isEmpty();
        if (differs) {
            return TextNode.valueOf("<" + name + ">");
        }
        String prefix = object.path("generateName").asText();
        if (name.equals("name") && !prefix.isEmpty() && value.asText().startsWith(prefix)) {
            return TextNode.valueOf(prefix + "<" + (value.asText().length() - prefix.length()) + ">");
        }
        return value;
    }

    private static JsonNode steady(JsonNode value) {
        if (!value.isTextual()) {
            return value;
        }
        String text = TIME.matcher(value.textValue()).replaceAll("<time>");
        text = UID.matcher(text).replaceAll("<uid>");
        text = VERSION.matcher(text).replaceAll("<version>");
        text = SELF_TYPE.matcher(text).replaceAll("object");
        if (text.contains(" is invalid: [")) {
            String[] causes = text.split("(?<=is invalid: \\[)|, |\\]$");
            Arrays.sort(causes);
            text = String.join(", ", causes);
        }
        return TextNode.valueOf(AGE.matcher(text).matches() ? "<age>" : text);
    }
}

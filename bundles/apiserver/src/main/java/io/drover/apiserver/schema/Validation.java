package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Patterns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds what is wrong with an object by its schema. */
public final class Validation {

    private static final int MAX_CAUSES = 50;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,200}@[^@\\s]{1,200}");

    private final List<Cause> causes;

    private Validation(List<Cause> causes) {
        this.causes = causes;
    }

    /** Adds what is wrong to {@code causes}. The object's metadata is left to others. */
    public static void validate(ObjectNode object, Schema schema, List<Cause> causes) {
        validate(object, null, schema, causes);
    }

    /**
     * Adds what is wrong, and was not so before, to {@code causes}. The object's metadata is left to others.
     *
     * @param before null for a new object
     */
    public static void validate(ObjectNode object, ObjectNode before, Schema schema, List<Cause> causes) {
        new Validation(causes).check(object, before, schema, schema.source(), "");
    }

    /** Adds what is wrong with a value that stands by itself. */
    public static void validateValue(JsonNode value, Schema schema, List<Cause> causes) {
        new Validation(causes).check(value, null, schema, schema.source(), "");
    }

    /** @param old what it was before; null if that can't be said */
    private void check(JsonNode node, JsonNode old, Schema schema, JsonNode rules, String path) {
        if (causes.size() >= MAX_CAUSES || (old != null && old.equals(node)) || !hasRightType(node, schema, path)) {
            return;
        }
        checkValue(node, rules, path);
        if (node instanceof ObjectNode object) {
            if (schema.isEmbeddedResource()) {
                for (String name : List.of("apiVersion", "kind")) {
                    if (object.path(name).asText("").isEmpty()) {
                        causes.add(Cause.required(path + "." + name, ""));
                    }
                }
            }
            for (String name : schema.required()) {
                if (!object.has(name)) {
                    causes.add(Cause.required(path.isEmpty() ? name : path + "." + name, ""));
                }
            }
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (path.isEmpty() && field.getKey().equals("metadata")) {
                    continue;
                }
                var child = schema.property(field.getKey());
                if (child.isPresent()) {
                    JsonNode oldChild = old == null ? null : old.get(field.getKey());
                    String at = path(path, schema, field.getKey());
                    check(field.getValue(), oldChild, child.get(), child.get().source(), at);
                }
            }
        } else if (node.isArray()) {
            checkList(node, schema, path);
            if (schema.items().isPresent()) {
                Schema items = schema.items().get();
                for (int i = 0; i < node.size(); i++) {
                    JsonNode oldItem = counterpart(node.get(i), old, schema);
                    check(node.get(i), oldItem, items, items.source(), path + "[" + i + "]");
                }
            }
        }
    }

    static String path(String path, Schema schema, String member) {
        if (!schema.properties().containsKey(member)) {
            return path + "[" + member + "]";
        }
        return path.isEmpty() ? member : path + "." + member;
    }

    /** What an item of a list was before: the one with the same keys. Null if there is none, or items have no keys. */
    static JsonNode counterpart(JsonNode item, JsonNode oldList, Schema list) {
        if (oldList == null || !list.listType().equals("map")) {
            return null;
        }
        for (JsonNode old : oldList) {
            if (list.listKeys().stream().allMatch(key -> old.path(key).equals(item.path(key)))) {
                return old;
            }
        }
        return null;
    }

    private boolean hasRightType(JsonNode node, Schema schema, String path) {
        if (node.isNull()) {
            if (schema.isNullable() || schema.type().isEmpty()) {
                return false;
            }
            causes.add(typeCause(path, "null", schema.type(), "null"));
            return false;
        }
        if (schema.isIntOrString()) {
            if (node.isTextual() || node.isIntegralNumber()) {
                return true;
            }
            causes.add(typeCause(path, node.toString(), "integer,string", typeOf(node)));
            return false;
        }
        boolean right =
                switch (schema.type()) {
                    case "object" -> node.isObject();
                    case "array" -> node.isArray();
                    case "string" -> node.isTextual();
                    case "boolean" -> node.isBoolean();
                    case "integer" -> isInteger(node);
                    case "number" -> node.isNumber();
                    default -> true;
                };
        if (!right) {
            causes.add(typeCause(path, '"' + typeOf(node) + '"', schema.type(), typeOf(node)));
        }
        return right;
    }

    private static Cause typeCause(String path, String value, String wanted, String found) {
        String in = path.isEmpty() ? "<root>" : path;
        return Cause.type(in, value, in + " in body must be of type " + wanted + ": \"" + found + "\"");
    }

    private static boolean isInteger(JsonNode node) {
        return node.isIntegralNumber() || (node.isNumber() && node.doubleValue() == Math.rint(node.doubleValue()));
    }

    private static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
            default -> "null";
        };
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private void checkValue(JsonNode node, JsonNode rules, String path) {
        JsonNode options = rules.get("enum");
        if (options != null && !contains(options, node)) {
            List<String> supported = new ArrayList<>();
            options.forEach(o -> supported.add(o.asText()));
            causes.add(Cause.unsupported(path, shown(node), supported));
        }
        if (node.isTextual()) {
            checkText(node.textValue(), rules, path);
        } else if (node.isNumber()) {
            checkNumber(node, rules, path);
        } else if (node.isArray()) {
            checkCount(node.size(), rules, "Items", path, "items");
        } else if (node.isObject()) {
            checkCount(node.size(), rules, "Properties", path, "properties");
        }
        checkCombined(node, rules, path);
    }

    private static boolean contains(JsonNode options, JsonNode node) {
        for (JsonNode option : options) {
            if (same(option, node)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }

    private void checkText(String text, JsonNode rules, String path) {
        int length = text.codePointCount(0, text.length());
        if (rules.has("maxLength") && length > rules.get("maxLength").asLong()) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    path,
                    "Too long: may not be more than " + rules.get("maxLength").asLong() + " bytes"));
        }
        if (rules.has("minLength") && length < rules.get("minLength").asLong()) {
            causes.add(Cause.invalid(
                    path,
                    '"' + text + '"',
                    path + " in body should be at least "
                            + rules.get("minLength").asLong() + " chars long"));
        }
        if (rules.hasNonNull("pattern")) {
            String pattern = rules.get("pattern").asText();
            if (!matches(pattern, text)) {
                causes.add(Cause.invalid(path, '"' + text + '"', path + " in body should match '" + pattern + "'"));
            }
        }
        String format = rules.path("format").asText("");
        if (!hasFormat(format, text)) {
            causes.add(Cause.type(
                    path, '"' + text + '"', path + " in body must be of type " + format + ": \"" + text + "\""));
        }
    }

    private static boolean matches(String pattern, String text) {
        try {
            return Patterns.compile(pattern).isFoundIn(text);
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static boolean hasFormat(String format, String text) {
        try {
            switch (format) {
                case "date-time" -> OffsetDateTime.parse(text);
                case "date" -> java.time.LocalDate.parse(text);
                case "byte" -> Base64.getDecoder().decode(text);
                case "uuid" -> java.util.UUID.fromString(text);
                case "email" -> {
                    return EMAIL.matcher(text).matches();
                }
                default -> {}
            }
            return true;
        } catch (DateTimeException | IllegalArgumentException e) {
            return false;
        }
    }

    private void checkNumber(JsonNode node, JsonNode rules, String path) {
        if (rules.hasNonNull("minimum")) {
            int order = node.decimalValue().compareTo(rules.get("minimum").decimalValue());
            boolean exclusive = rules.path("exclusiveMinimum").asBoolean();
            if (order < 0 || (exclusive && order == 0)) {
                causes.add(Cause.invalid(
                        path,
                        node.toString(),
                        path + " in body should be greater than " + (exclusive ? "" : "or equal to ")
                                + rules.get("minimum")));
            }
        }
        if (rules.hasNonNull("maximum")) {
            int order = node.decimalValue().compareTo(rules.get("maximum").decimalValue());
            boolean exclusive = rules.path("exclusiveMaximum").asBoolean();
            if (order > 0 || (exclusive && order == 0)) {
                causes.add(Cause.invalid(
                        path,
                        node.toString(),
                        path + " in body should be less than " + (exclusive ? "" : "or equal to ")
                                + rules.get("maximum")));
            }
        }
        if (rules.hasNonNull("multipleOf")
                && rules.get("multipleOf").decimalValue().signum() != 0
                && node.decimalValue()
                                .remainder(rules.get("multipleOf").decimalValue())
                                .signum()
                        != 0) {
            causes.add(Cause.invalid(
                    path, node.toString(), path + " in body should be a multiple of " + rules.get("multipleOf")));
        }
    }

    private void checkCount(int count, JsonNode rules, String what, String path, String plural) {
        JsonNode max = rules.get("max" + what);
        if (max != null && count > max.asLong()) {
            causes.add(new Cause(
                    "FieldValueTooMany", path, "Too many: " + count + ": must have at most " + max + " items"));
        }
        JsonNode min = rules.get("min" + what);
        if (min != null && count < min.asLong()) {
            causes.add(Cause.invalid(
                    path, Integer.toString(count), path + " in body should have at least " + min + " " + plural));
        }
    }

    private void checkCombined(JsonNode node, JsonNode rules, String path) {
        for (JsonNode each : rules.path("allOf")) {
            if (each instanceof ObjectNode schema) {
                check(node, null, Schema.of(schema), schema, path);
            }
        }
        if (rules.has("anyOf") && countMatching(node, rules.get("anyOf"), path) == 0) {
            causes.add(combined(path, "must validate at least one schema (anyOf)"));
        }
        if (rules.has("oneOf")) {
            int matching = countMatching(node, rules.get("oneOf"), path);
            if (matching != 1) {
                String found = matching == 0 ? "Found none valid" : "Found " + matching + " valid alternatives";
                causes.add(combined(path, "must validate one and only one schema (oneOf). " + found));
            }
        }
        if (rules.get("not") instanceof ObjectNode not && isValid(node, not, path)) {
            causes.add(combined(path, "must not validate the schema (not)"));
        }
    }

    private static Cause combined(String path, String detail) {
        return Cause.invalid("<nil>", "\"\"", '"' + path + "\" " + detail);
    }

    private static int countMatching(JsonNode node, JsonNode schemas, String path) {
        int matching = 0;
        for (JsonNode each : schemas) {
            if (each instanceof ObjectNode schema && isValid(node, schema, path)) {
                matching++;
            }
        }
        return matching;
    }

    private static boolean isValid(JsonNode node, ObjectNode schema, String path) {
        List<Cause> found = new ArrayList<>();
        new Validation(found).check(node, null, Schema.of(schema), schema, path);
        return found.isEmpty();
    }

    private void checkList(JsonNode list, Schema schema, String path) {
        if (schema.listType().equals("atomic")) {
            return;
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            JsonNode key = item;
            if (schema.listType().equals("map")) {
                ObjectNode keys = Json.object();
                schema.listKeys().forEach(k -> keys.set(k, item.path(k)));
                key = keys;
            }
            if (!seen.add(key)) {
                causes.add(new Cause("FieldValueDuplicate", path + "[" + i + "]", "Duplicate value: " + shown(key)));
            }
        }
    }
}

package io.drover.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types of structural schemas: which fields an expression may look at, and how large values can be in a request of the largest size.
 * Fields whose names are no identifiers are escaped as Kubernetes documents it: {@code __dot__} for a dot and so on.
 */
public final class SchemaTypes {

    /** What a request may have at most, by which sizes are bounded that no schema bounds. */
    public static final long MAX_REQUEST = 3 * 1024 * 1024;

    private static final Set<String> KEYWORDS = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return");
    private static final Map<Character, String> ESCAPES = Map.of('.', "dot", '-', "dash", '/', "slash");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ESCAPED = Pattern.compile("__(underscores|dot|dash|slash|([a-z]+))__");
    private static final int MAX_BYTES_OF_CHARACTER = 4;

    private SchemaTypes() {}

    /** The type of a whole object of that schema: of its metadata only the name can be seen. */
    public static Type ofObject(ObjectNode schema) {
        return ofSchema(schema, true).orElse(Type.DYN);
    }

    /** The type of a whole object of that schema, with all of its metadata. */
    public static Type ofWholeObject(ObjectNode schema) {
        return schema.at("/properties/metadata/properties").isEmpty()
                ? ofObject(schema)
                : object(schema, false).orElse(Type.DYN);
    }

    /** Empty if expressions can't see values of that schema. */
    public static Optional<Type> of(ObjectNode schema) {
        return ofSchema(schema, false);
    }

    private static Optional<Type> ofSchema(ObjectNode schema, boolean root) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Optional.of(new Type.Simple("dyn", MAX_REQUEST - 2));
        }
        boolean resource = root || schema.path("x-kubernetes-embedded-resource").asBoolean();
        return switch (schema.path("type").asText("")) {
            case "boolean" -> Optional.of(Type.BOOL);
            case "integer" -> Optional.of(Type.INT);
            case "number" -> Optional.of(Type.DOUBLE);
            case "string" -> Optional.of(text(schema));
            case "array" -> child(schema, "items").flatMap(items -> of(items).map(type -> list(schema, items, type)));
            case "object" -> object(schema, resource);
            default -> Optional.empty();
        };
    }

    private static Optional<ObjectNode> child(JsonNode schema, String name) {
        return Optional.ofNullable(schema.get(name) instanceof ObjectNode child ? child : null);
    }

    private static Type list(ObjectNode schema, ObjectNode items, Type element) {
        List<String> keys = new ArrayList<>();
        schema.path("x-kubernetes-list-map-keys").forEach(k -> keys.add(k.asText()));
        String kind = schema.path("x-kubernetes-list-type").asText();
        Type.Identity identity = new Type.Identity(kind.equals("set"), kind.equals("map") ? keys : List.of());
        long atMost = (MAX_REQUEST - 2) / (smallest(items) + 1);
        return new Type.ListOf(element, bound(schema, "maxItems", atMost), identity);
    }

    private static long bound(ObjectNode schema, String name, long otherwise) {
        return schema.hasNonNull(name) ? Math.max(0, schema.get(name).asLong()) : otherwise;
    }

    private static Optional<Type> object(ObjectNode schema, boolean resource) {
        Optional<ObjectNode> values = child(schema, "additionalProperties");
        if (values.isPresent() && schema.path("properties").isEmpty()) {
            long atMost = (MAX_REQUEST - 2) / (smallest(values.get()) + 6);
            return of(values.get())
                    .map(type -> new Type.MapOf(
                            new Type.Simple("string", MAX_REQUEST - 2), type, bound(schema, "maxProperties", atMost)));
        }
        Map<String, Type> fields = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(property -> {
            if (property.getValue() instanceof ObjectNode field) {
                of(field).ifPresent(type -> fields.put(escape(property.getKey()), type));
            }
        });
        if (resource) {
            Type text = new Type.Simple("string", MAX_REQUEST - 2);
            fields.put("apiVersion", text);
            fields.put("kind", text);
            fields.put("metadata", new Type.ObjectOf("object", Map.of("name", text, "generateName", text)));
        }
        return Optional.of(new Type.ObjectOf("object", fields));
    }

    private static Type text(ObjectNode schema) {
        switch (schema.path("format").asText("")) {
            case "byte" -> {
                return new Type.Simple("bytes", bound(schema, "maxLength", MAX_REQUEST - 2));
            }
            case "duration" -> {
                return Type.DURATION;
            }
            case "date", "date-time" -> {
                return Type.TIMESTAMP;
            }
            default -> {
                // Below.
            }
        }
        if (schema.hasNonNull("maxLength")) {
            return new Type.Simple("string", Range.product(bound(schema, "maxLength", 0), MAX_BYTES_OF_CHARACTER));
        }
        long longest = 0;
        for (JsonNode option : schema.path("enum")) {
            longest = Math.max(longest, option.asText().length());
        }
        return new Type.Simple("string", longest > 0 ? longest : MAX_REQUEST - 2);
    }

    /** How often a value of that schema can be in one request at most. */
    public static long mostPerRequest(ObjectNode schema) {
        return MAX_REQUEST / (smallest(schema) + 1);
    }

    /** How many bytes a value has at least as JSON. */
    private static long smallest(ObjectNode schema) {
        return switch (schema.path("type").asText("")) {
            case "boolean" -> 4;
            case "string" -> switch (schema.path("format").asText("")) {
                case "date" -> 12;
                case "date-time" -> 22;
                case "duration" -> 4;
                default -> 2;
            };
            case "array" -> 2;
            case "object" -> {
                long size = 2;
                for (JsonNode name : schema.path("required")) {
                    JsonNode field = schema.path("properties").path(name.asText());
                    if (field instanceof ObjectNode required && !required.has("default")) {
                        size += name.asText().length() + 4 + smallest(required);
                    }
                }
                yield size;
            }
            default -> 1;
        };
    }

    /** The name that an expression uses for a field. */
    public static String escape(String field) {
        if (KEYWORDS.contains(field)) {
            return "__" + field + "__";
        }
        if (IDENTIFIER.matcher(field).matches() && !field.contains("__")) {
            return field;
        }
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (field.startsWith("__", i)) {
                escaped.append("__underscores__");
                i++;
            } else if (ESCAPES.containsKey(c)) {
                escaped.append("__").append(ESCAPES.get(c)).append("__");
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** The field that an expression's name means. */
    static String unescape(String name) {
        if (!name.contains("__")) {
            return name;
        }
        Matcher escaped = ESCAPED.matcher(name);
        StringBuilder field = new StringBuilder();
        while (escaped.find()) {
            String meant =
                    switch (escaped.group(1)) {
                        case "underscores" -> "__";
                        case "dot" -> ".";
                        case "dash" -> "-";
                        case "slash" -> "/";
                        default -> KEYWORDS.contains(escaped.group(1)) ? escaped.group(1) : escaped.group();
                    };
            escaped.appendReplacement(field, Matcher.quoteReplacement(meant));
        }
        return escaped.appendTail(field).toString();
    }
}

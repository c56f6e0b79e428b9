package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks the body of a request against its type and keeps of it what the caller may set, each value in the JSON form that its field
 * has.
 */
final class FieldRules {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern RESTRICTED_LABEL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)" + LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");

    private final RestType root;

    private FieldRules(RestType root) {
        this.root = root;
    }

    /** The fields for a new resource, defaults filled in. */
    static ObjectNode forCreate(RestType type, ObjectNode body) {
        return new FieldRules(type).checked(type, body, true);
    }

    /** The fields for a change: what was not sent stays away. */
    static ObjectNode forUpdate(RestType type, ObjectNode body) {
        return new FieldRules(type).checked(type, body, false);
    }

    private ObjectNode checked(RestType type, ObjectNode body, boolean create) {
        ObjectNode resource = JSON.objectNode();
        for (RestField field : type.fields().values()) {
            if (create ? field.create() : field.update()) {
                JsonNode sent = body.get(field.name());
                if (create && isMissing(sent) && field.defaultValue().isPresent()) {
                    sent = field.defaultValue().get();
                }
                if (sent != null) {
                    resource.set(field.name(), checked(field, sent, create));
                }
            }
        }
        if (create) {
            requireAll(type, resource);
        }
        return resource;
    }

    /** Asked last: what was sent is looked at before what was not. */
    private static void requireAll(RestType type, ObjectNode resource) {
        for (RestField field : type.fields().values()) {
            JsonNode value = resource.get(field.name());
            boolean missing = value == null || value.isArray() && value.isEmpty();
            if (missing && field.required() && field.create()) {
                throw refused("MissingRequired", field, "");
            }
        }
    }

    private static boolean isMissing(JsonNode sent) {
        return sent == null || sent.isTextual() && sent.asText().isEmpty();
    }

    private JsonNode checked(RestField field, JsonNode sent, boolean create) {
        if (sent.isNull() || sent.isTextual() && sent.asText().isEmpty() && !isText(field.type())) {
            if (!field.nullable()) {
                throw refused("NotNullable", field, "");
            }
            return JSON.nullNode();
        }
        JsonNode value = converted(field, field.type(), sent, create);
        limits(field, value);
        return value;
    }

    private static boolean isText(String type) {
        return switch (type) {
            case "string", "password", "enum", "date", "base64", "dnsLabel", "dnsLabelRestricted", "hostname" -> true;
            default -> type.startsWith("reference");
        };
    }

    private JsonNode converted(RestField field, String type, JsonNode sent, boolean create) {
        if (type.startsWith("array[")) {
            return array(field, inner(type), sent, create);
        }
        if (type.startsWith("map[")) {
            return map(field, inner(type), sent, create);
        }
        return switch (type) {
            case "json" -> sent;
            case "boolean" -> bool(field, sent);
            case "int" -> integer(field, sent);
            case "float" -> sent.isNumber() ? sent : number(field, sent);
            case "intOrString" -> sent.isTextual()
                            && INTEGER.matcher(sent.asText()).matches()
                    ? JSON.numberNode(Long.parseLong(sent.asText()))
                    : sent;
            case "dnsLabel" -> named(field, text(field, sent), LABEL);
            case "dnsLabelRestricted" -> named(field, text(field, sent), RESTRICTED_LABEL);
            case "hostname" -> named(field, text(field, sent), HOST_NAME);
            default -> isText(type) ? text(field, sent) : object(field, type, sent, create);
        };
    }

    private JsonNode array(RestField field, String type, JsonNode sent, boolean create) {
        ArrayNode array = JSON.arrayNode();
        if (sent.isArray()) {
            for (JsonNode element : sent) {
                if (element.isNull()) {
                    throw refused("NotNullable", field, "");
                }
                array.add(converted(field, type, element, create));
            }
        } else {
            array.add(converted(field, type, sent, create));
        }
        return array;
    }

    private JsonNode map(RestField field, String type, JsonNode sent, boolean create) {
        if (!sent.isObject()) {
            throw wrongFormat(field, sent, "an object is expected");
        }
        ObjectNode map = JSON.objectNode();
        for (Map.Entry<String, JsonNode> entry : sent.properties()) {
            JsonNode value = entry.getValue();
            map.set(entry.getKey(), value.isNull() ? value : converted(field, type, value, create));
        }
        return map;
    }

    private JsonNode object(RestField field, String type, JsonNode sent, boolean create) {
        if (!(sent instanceof ObjectNode object)) {
            throw wrongFormat(field, sent, "an object is expected");
        }
        RestType subType = root.subTypes().get(type);
        return subType == null ? object : checked(subType, object, create);
    }

    private static JsonNode text(RestField field, JsonNode sent) {
        if (sent.isContainerNode()) {
            throw wrongFormat(field, sent, "a string is expected");
        }
        return sent.isTextual() ? sent : JSON.textNode(sent.asText());
    }

    private static JsonNode bool(RestField field, JsonNode sent) {
        if (sent.isBoolean()) {
            return sent;
        }
        return switch (sent.asText()) {
            case "true" -> JSON.booleanNode(true);
            case "false" -> JSON.booleanNode(false);
            default -> throw wrongFormat(field, sent, "true or false is expected");
        };
    }

    private static JsonNode integer(RestField field, JsonNode sent) {
        if (sent.isIntegralNumber() && sent.canConvertToLong()) {
            return JSON.numberNode(sent.asLong());
        }
        if (sent.isNumber() && sent.asDouble() == Math.rint(sent.asDouble()) && Math.abs(sent.asDouble()) < 1e18) {
            return JSON.numberNode((long) sent.asDouble());
        }
        if (!sent.isTextual() || !INTEGER.matcher(sent.asText()).matches()) {
            throw wrongFormat(field, sent, "an integer is expected");
        }
        return JSON.numberNode(Long.parseLong(sent.asText()));
    }

    private static JsonNode number(RestField field, JsonNode sent) {
        try {
            return JSON.numberNode(Double.parseDouble(sent.asText()));
        } catch (NumberFormatException e) {
            throw wrongFormat(field, sent, "a number is expected");
        }
    }

    private static JsonNode named(RestField field, JsonNode text, Pattern form) {
        if (!text.asText().isEmpty() && !form.matcher(text.asText()).matches()) {
            throw wrongFormat(
                    field,
                    text,
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
                            + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation "
                            + "is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        }
        return text;
    }

    private static void limits(RestField field, JsonNode value) {
        if (value.isTextual()) {
            String text = value.asText();
            if (text.isEmpty() && !field.nullable()) {
                throw refused("NotNullable", field, "");
            }
            if (!field.options().isEmpty() && !field.options().contains(text) && !text.isEmpty()) {
                throw refused("InvalidOption", field, "");
            }
            if (text.length() < field.minLength().orElse(0)) {
                throw refused("MinLengthExceeded", field, "");
            }
            if (text.length() > field.maxLength().orElse(Long.MAX_VALUE)) {
                throw refused("MaxLengthExceeded", field, "");
            }
        }
        if (value.isNumber()) {
            if (value.asLong() < field.min().orElse(Long.MIN_VALUE)) {
                throw refused("MinLimitExceeded", field, "");
            }
            if (value.asLong() > field.max().orElse(Long.MAX_VALUE)) {
                throw refused("MaxLimitExceeded", field, "");
            }
        }
    }

    private static DroverException wrongFormat(RestField field, JsonNode sent, String expected) {
        String value =
                sent.isValueNode() ? sent.asText() : sent.getNodeType().name().toLowerCase(Locale.ROOT);
        String shown = field.secret() || field.writeOnly()
                ? ""
                : " " + (value.length() > 100 ? value.substring(0, 100) : value);
        return refused("InvalidFormat", field, "InvalidFormat 422: invalid value" + shown + ": " + expected);
    }

    private static DroverException refused(String code, RestField field, String message) {
        return DroverException.invalid(code, field.name(), message);
    }

    private static String inner(String type) {
        return type.substring(type.indexOf('[') + 1, type.length() - 1);
    }
}

package io.drover.api.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes {@link RestType}s of records. */
final class RestTypes {

    static final List<String> OBJECT_NAME = List.of("metadata", "name");

    /** The types found inside so far. */
    private final Map<String, RestType> found = new LinkedHashMap<>();

    /** The schemas that clients know of the kinds describe nothing. */
    private final boolean described;

    private RestTypes(boolean described) {
        this.described = described;
    }

    static RestType ofKind(Class<? extends Record> record, boolean namespaced, Rest face) {
        RestTypes types = new RestTypes(false);
        Map<String, RestField> fields = new LinkedHashMap<>();
        types.addFields(fields, record, List.of(), true);
        addStandardFields(fields, namespaced, face);
        return new RestType(
                face.type(),
                face.plural(),
                List.of(face.collectionMethods()),
                List.of(face.resourceMethods()),
                face.idPrefix(),
                face.scope(),
                face.stateful(),
                face.namedByCaller(),
                fields,
                types.found);
    }

    static RestType ofRecord(String id, Class<? extends Record> record) {
        RestTypes types = new RestTypes(true);
        types.addSubType(id, record);
        RestType type = types.found.get(id);
        return type.withSubTypes(types.found);
    }

    private static void addStandardFields(Map<String, RestField> fields, boolean namespaced, Rest face) {
        List<RestField> standard = new ArrayList<>();
        standard.add(RestField.standard("annotations", "map[string]", true, true, "metadata", "annotations"));
        standard.add(RestField.standard("created", "date", false, true, "metadata", "creationTimestamp"));
        standard.add(RestField.standard(
                "creatorId",
                "reference[/v3/schemas/user]",
                false,
                false,
                "metadata",
                "annotations",
                "field.cattle.io/creatorId"));
        standard.add(RestField.standard("labels", "map[string]", true, true, "metadata", "labels"));
        if (fields.containsKey("name")) {
            standard.add(RestField.standard("id", "dnsLabel", false, true));
        } else {
            standard.add(RestField.standard("name", "dnsLabel", true, true, "metadata", "name")
                    .onCreateOnly(face.nameRequired()));
        }
        if (namespaced) {
            standard.add(RestField.standard("namespaceId", "reference[/v3/clusters/schemas/namespace]", true, true)
                    .onCreateOnly(false));
        }
        standard.add(RestField.standard(
                "ownerReferences", "array[ownerReference]", false, true, "metadata", "ownerReferences"));
        standard.add(RestField.standard("removed", "date", false, true, "metadata", "deletionTimestamp"));
        standard.add(RestField.standard("uuid", "string", false, true, "metadata", "uid"));
        if (face.stateful()) {
            standard.add(RestField.standard("state", "string", false, false));
            standard.add(
                    RestField.standard("transitioning", "enum", false, false).withOptions("yes", "no", "error"));
            standard.add(RestField.standard("transitioningMessage", "string", false, false));
        }
        standard.forEach(field -> fields.putIfAbsent(field.name(), field));
    }

    private void addFields(Map<String, RestField> fields, Class<?> record, List<String> path, boolean writable) {
        boolean top = path.isEmpty();
        for (Component component : Component.of(record)) {
            List<String> storedPath = new ArrayList<>(path);
            storedPath.add(component.storedName());
            boolean flattened = top
                    && Component.raw(component.javaType()).isRecord()
                    && (component.javaName().equals("spec")
                            || component.javaName().equals("status"));
            if (flattened) {
                addFields(
                        fields,
                        Component.raw(component.javaType()),
                        storedPath,
                        !component.javaName().equals("status"));
            } else if (!component.field().hidden()) {
                fields.putIfAbsent(component.restName(), field(component, storedPath, writable));
            }
        }
    }

    private RestField field(Component component, List<String> storedPath, boolean writable) {
        Field said = component.field();
        String type = said.type().isEmpty() ? derivedType(component) : said.type();
        RestField field = new RestField(
                component.restName(),
                type,
                writable && said.create(),
                writable && said.update(),
                said.required(),
                said.nullable(),
                defaultValue(said.defaultValue(), component.javaType()),
                options(component),
                limit(said.min(), Long.MIN_VALUE),
                limit(said.max(), Long.MAX_VALUE),
                limit(said.minLength(), 0),
                limit(said.maxLength(), Long.MAX_VALUE),
                said.writeOnly(),
                component.secret(),
                described ? component.description() : "",
                storedPath);
        if (!field.innermostType().startsWith("reference")) {
            component.innermostRecord().ifPresent(inner -> addSubType(field.innermostType(), inner));
        }
        return field;
    }

    private void addSubType(String id, Class<?> record) {
        if (found.containsKey(id)) {
            return;
        }
        Rest face = record.getAnnotation(Rest.class);
        Map<String, RestField> fields = new LinkedHashMap<>();
        String plural = face == null ? id + "s" : face.plural();
        RestType type = new RestType(id, plural, List.of(), List.of(), "", "", false, false, fields, Map.of());
        found.put(id, type);
        for (Component component : Component.of(record)) {
            if (!component.field().hidden()) {
                fields.put(component.restName(), field(component, List.of(component.storedName()), true));
            }
        }
    }

    private static String derivedType(Component component) {
        if (component.secret()) {
            return "password";
        }
        return component.field().options().length > 0 ? "enum" : typeOf(component.javaType());
    }

    private static String typeOf(Type type) {
        if (Component.isList(type)) {
            return "array[" + Component.element(type).map(RestTypes::typeOf).orElse("json") + "]";
        }
        if (Component.isMap(type)) {
            return "map[" + Component.element(type).map(RestTypes::typeOf).orElse("json") + "]";
        }
        Class<?> plain = Component.raw(type);
        if (plain.isRecord()) {
            Rest face = plain.getAnnotation(Rest.class);
            return face == null ? decapitalised(plain.getSimpleName()) : face.type();
        }
        if (plain.isEnum()) {
            return "enum";
        }
        return switch (plain.getSimpleName()) {
            case "String" -> "string";
            case "Boolean", "boolean" -> "boolean";
            case "Integer", "int", "Long", "long" -> "int";
            case "Double", "double" -> "float";
            case "Object" -> "json";
            default -> throw new IllegalArgumentException("A field can't be of type " + plain.getName());
        };
    }

    private static List<String> options(Component component) {
        Class<?> plain = Component.raw(component.javaType());
        if (!plain.isEnum()) {
            return List.of(component.field().options());
        }
        List<String> names = new ArrayList<>();
        for (Object constant : plain.getEnumConstants()) {
            names.add(constant.toString());
        }
        return names;
    }

    private static Optional<JsonNode> defaultValue(String text, Type type) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        JsonNodeFactory json = JsonNodeFactory.instance;
        JsonNode value =
                switch (Component.raw(type).getSimpleName()) {
                    case "Boolean", "boolean" -> json.booleanNode(Boolean.parseBoolean(text));
                    case "Integer", "int", "Long", "long" -> json.numberNode(Long.parseLong(text));
                    case "Double", "double" -> json.numberNode(Double.parseDouble(text));
                    default -> json.textNode(text);
                };
        return Optional.of(value);
    }

    private static OptionalLong limit(long value, long unlimited) {
        return value == unlimited ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static String decapitalised(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}

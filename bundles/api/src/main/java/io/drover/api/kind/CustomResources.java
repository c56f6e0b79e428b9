package io.drover.api.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresources;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourcesBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrArray;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrBool;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The custom resource definition of a kind.
 *
 * <p>Its schema describes and does not exclude: objects of an installation that we take over have fields we don't know, lack fields
 * that a caller of ours must send, and hold nulls, and every one of them must stay readable and writable.
 */
final class CustomResources {

    private CustomResources() {}

    static CustomResourceDefinition definition(KindDefinition kind) {
        return new CustomResourceDefinitionBuilder()
                .withNewMetadata()
                .withName(kind.plural() + "." + kind.group())
                .endMetadata()
                .withNewSpec()
                .withGroup(kind.group())
                .withScope(kind.namespaced() ? "Namespaced" : "Cluster")
                .withNewNames()
                .withKind(kind.kind())
                .withListKind(kind.kind() + "List")
                .withPlural(kind.plural())
                .withSingular(kind.singular())
                .withShortNames(kind.shortNames())
                .endNames()
                .addNewVersion()
                .withName(kind.version())
                .withServed(true)
                .withStorage(true)
                .withNewSchema()
                .withOpenAPIV3Schema(object(kind.type(), new HashSet<>())
                        .withDescription(Component.description(kind.type()))
                        .build())
                .endSchema()
                .withSubresources(kind.statusSubresource() ? status() : null)
                .withAdditionalPrinterColumns(columns(kind))
                .endVersion()
                .endSpec()
                .build();
    }

    private static CustomResourceSubresources status() {
        return new CustomResourceSubresourcesBuilder()
                .withNewStatus()
                .endStatus()
                .build();
    }

    /** A definition that names columns loses the one for the age, so it is named too. */
    private static List<CustomResourceColumnDefinition> columns(KindDefinition kind) {
        List<CustomResourceColumnDefinition> columns = new ArrayList<>();
        for (Kind.Column column : kind.columns()) {
            columns.add(new CustomResourceColumnDefinitionBuilder()
                    .withName(column.name())
                    .withJsonPath(column.path())
                    .withType(column.type())
                    .withPriority(column.priority())
                    .build());
        }
        if (!columns.isEmpty()) {
            columns.add(new CustomResourceColumnDefinitionBuilder()
                    .withName("Age")
                    .withJsonPath(".metadata.creationTimestamp")
                    .withType("date")
                    .build());
        }
        return columns;
    }

    private static JSONSchemaPropsBuilder object(Class<?> record, Set<Class<?>> around) {
        JSONSchemaPropsBuilder schema =
                new JSONSchemaPropsBuilder().withType("object").withXKubernetesPreserveUnknownFields(true);
        if (!around.add(record)) {
            return schema; // a record inside itself: structural schemas are finite
        }
        Map<String, JSONSchemaProps> properties = new LinkedHashMap<>();
        for (Component component : Component.of(record)) {
            properties.put(component.storedName(), property(component, around));
        }
        around.remove(record);
        return schema.withProperties(properties);
    }

    private static JSONSchemaProps property(Component component, Set<Class<?>> around) {
        Field field = component.field();
        JSONSchemaPropsBuilder schema = value(component.javaType(), around).withNullable(true);
        if (!component.description().isEmpty()) {
            schema.withDescription(component.description());
        }
        if (component.secret() && component.javaType() == String.class) {
            // What tells of objects' history hides it.
            schema.withFormat("password");
        }
        if (field.options().length > 0) {
            schema.withEnum(options(Arrays.stream(field.options())));
        }
        if (field.min() != Long.MIN_VALUE) {
            schema.withMinimum((double) field.min());
        }
        if (field.max() != Long.MAX_VALUE) {
            schema.withMaximum((double) field.max());
        }
        if (field.minLength() > 0) {
            schema.withMinLength(field.minLength());
        }
        if (field.maxLength() != Long.MAX_VALUE) {
            schema.withMaxLength(field.maxLength());
        }
        return schema.build();
    }

    private static JSONSchemaPropsBuilder value(Type type, Set<Class<?>> around) {
        if (Component.isList(type)) {
            JSONSchemaProps items = value(elementOf(type), around).build();
            return new JSONSchemaPropsBuilder().withType("array").withItems(new JSONSchemaPropsOrArray(null, items));
        }
        if (Component.isMap(type)) {
            JSONSchemaPropsBuilder map = new JSONSchemaPropsBuilder().withType("object");
            Type element = elementOf(type);
            return element == Object.class
                    ? map.withXKubernetesPreserveUnknownFields(true)
                    : map.withAdditionalProperties(new JSONSchemaPropsOrBool(
                            null, value(element, around).build()));
        }
        Class<?> plain = Component.raw(type);
        if (plain.isRecord()) {
            return object(plain, around);
        }
        JSONSchemaPropsBuilder schema = new JSONSchemaPropsBuilder();
        if (plain == Object.class) {
            return schema.withXKubernetesPreserveUnknownFields(true);
        }
        if (plain.isEnum()) {
            Stream<String> names = Arrays.stream(plain.getEnumConstants()).map(Object::toString);
            return schema.withType("string").withEnum(options(names));
        }
        return switch (plain.getSimpleName()) {
            case "String" -> schema.withType("string");
            case "Boolean", "boolean" -> schema.withType("boolean");
            case "Integer", "int" -> schema.withType("integer").withFormat("int32");
            case "Long", "long" -> schema.withType("integer").withFormat("int64");
            case "Double", "double" -> schema.withType("number");
            default -> throw new IllegalArgumentException("A field can't be of type " + plain.getName());
        };
    }

    private static Type elementOf(Type type) {
        return Component.element(type)
                .orElseThrow(() -> new IllegalArgumentException("A list or map must say what it holds: " + type));
    }

    /** An option that was never chosen is stored as an empty string or null. */
    private static List<JsonNode> options(Stream<String> names) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        Stream<JsonNode> chosen = names.map(json::textNode);
        return Stream.concat(chosen, Stream.of(json.textNode(""), json.nullNode()))
                .distinct()
                .toList();
    }
}

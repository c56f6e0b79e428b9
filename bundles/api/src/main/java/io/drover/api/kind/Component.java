package io.drover.api.kind;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A component of a record, with what its Java type and its annotations say of the field. */
record Component(String javaName, Type javaType, Field field, boolean secret, String description) {

    @Field
    private static final Object UNSAID = null;

    /** The components that are fields; one that holds whatever else was stored is none. */
    static List<Component> of(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> !component.getAccessor().isAnnotationPresent(JsonAnyGetter.class))
                .map(Component::of)
                .toList();
    }

    private static Component of(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        return new Component(
                component.getName(),
                component.getGenericType(),
                field == null ? unsaid() : field,
                component.isAnnotationPresent(Secret.class),
                description(component));
    }

    private static String description(RecordComponent component) {
        Description own = component.getAnnotation(Description.class);
        return own != null ? own.value() : description(component.getType());
    }

    /** What is said of all fields of that type; empty if nothing is. */
    static String description(Class<?> type) {
        Description said = type.getAnnotation(Description.class);
        return said == null ? "" : said.value();
    }

    private static Field unsaid() {
        try {
            return Component.class.getDeclaredField("UNSAID").getAnnotation(Field.class);
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String storedName() {
        return field.stored().isEmpty() ? javaName : field.stored();
    }

    String restName() {
        return field.rest().isEmpty() ? storedName() : field.rest();
    }

    /** The record that this is, or that its lists and maps hold. */
    Optional<Class<?>> innermostRecord() {
        Class<?> innermost = raw(innermost(javaType));
        return innermost.isRecord() ? Optional.of(innermost) : Optional.empty();
    }

    private static Type innermost(Type type) {
        return element(type).map(Component::innermost).orElse(type);
    }

    /** What a list or a map holds; empty for any other type. */
    static Optional<Type> element(Type type) {
        if (type instanceof ParameterizedType parameterized && (isList(type) || isMap(type))) {
            Type[] arguments = parameterized.getActualTypeArguments();
            return Optional.of(arguments[arguments.length - 1]);
        }
        return Optional.empty();
    }

    static boolean isList(Type type) {
        return Collection.class.isAssignableFrom(raw(type));
    }

    static boolean isMap(Type type) {
        return Map.class.isAssignableFrom(raw(type));
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        if (type instanceof ParameterizedType parameterized) {
            return raw(parameterized.getRawType());
        }
        throw new IllegalArgumentException("A field can't be of type " + type);
    }
}

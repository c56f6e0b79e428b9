package io.drover.controllers.engine;

import io.drover.api.model.Condition;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads and sets {@code status.conditions} of any kind's record that has them. */
final class StatusConditions<K extends Record> {

    private final Optional<Part> status;
    private final Optional<Part> conditions;

    StatusConditions(Class<K> kind) {
        status = Part.find(kind, "status").filter(part -> part.type().isRecord());
        conditions =
                status.flatMap(part -> Part.find(part.type(), "conditions")).filter(part -> part.type() == List.class);
    }

    boolean exist() {
        return conditions.isPresent();
    }

    @SuppressWarnings("unchecked")
    List<Condition> of(K value) {
        Object statusValue = status.orElseThrow().get(value);
        Object list = statusValue == null ? null : conditions.orElseThrow().get(statusValue);
        return list == null ? List.of() : (List<Condition>) list;
    }

    K with(K value, Condition condition) {
        List<Condition> before = of(value);
        List<Condition> after = Condition.set(before, condition);
        if (after == before) {
            return value;
        }
        Object statusValue = status.orElseThrow().get(value);
        return status.get().copy(value, conditions.orElseThrow().copy(statusValue, after));
    }

    /** One component of a record class, and a way to make copies that differ in it. */
    private record Part(Class<?> owner, RecordComponent component, int index) {

        static Optional<Part> find(Class<?> owner, String name) {
            RecordComponent[] components = owner.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                if (components[i].getName().equals(name)) {
                    components[i].getAccessor().setAccessible(true);
                    return Optional.of(new Part(owner, components[i], i));
                }
            }
            return Optional.empty();
        }

        Class<?> type() {
            return component.getType();
        }

        Object get(Object from) {
            try {
                return component.getAccessor().invoke(from);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Reading " + component + " of " + owner, e);
            }
        }

        /** @param original null for one with nothing set but this component */
        @SuppressWarnings("unchecked")
        <R> R copy(R original, Object value) {
            RecordComponent[] components = owner.getRecordComponents();
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                values[i] = i == index
                        ? value
                        : original == null ? nothing(components[i].getType()) : get(components[i], original);
            }
            try {
                Class<?>[] types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
                Constructor<?> constructor = owner.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return (R) constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Copying " + owner, e);
            }
        }

        private Object get(RecordComponent other, Object from) throws IllegalStateException {
            other.getAccessor().setAccessible(true);
            return new Part(owner, other, -1).get(from);
        }

        private static Object nothing(Class<?> type) {
            return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
        }
    }
}

package io.drover.audit;

import io.drover.api.kind.Field;
import io.drover.api.kind.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The names of the fields that kinds and drivers' settings mark as secret. Any thread. */
final class MarkedSecrets {

    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Set<Class<?>> seen = ConcurrentHashMap.newKeySet();

    boolean contains(String plainName) {
        return names.contains(plainName);
    }

    void add(Class<?> record) {
        if (!record.isRecord() || !seen.add(record)) {
            return;
        }
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.isAnnotationPresent(Secret.class)) {
                addName(component.getName());
                Field field = component.getAnnotation(Field.class);
                if (field != null) {
                    addName(field.stored());
                    addName(field.rest());
                }
            }
            addInside(component.getGenericType());
        }
    }

    private void addName(String name) {
        if (!name.isEmpty()) {
            names.add(Redaction.plain(name));
        }
    }

    private void addInside(Type type) {
        if (type instanceof Class<?> plain) {
            add(plain);
        } else if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                addInside(argument);
            }
        }
    }
}

package io.drover.controllers.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.kind.Field;
import io.drover.api.kind.KindJson;
import io.drover.api.kind.Secret;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads {@code spec.genericEngineConfig} as a driver's settings record; what can't be read is refused with the field at fault. */
final class DriverSettings<S extends Record> {

    static final String DRIVER_NAME = "driverName";

    private final Class<S> type;
    private final ObjectReader reader;

    DriverSettings(Class<S> type) {
        this.type = type;
        this.reader = KindJson.mapper()
                .readerFor(type)
                .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }

    /** Names of the fields that must not be kept in clear. */
    List<String> secretFields() {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> component.isAnnotationPresent(Secret.class))
                .map(DriverSettings::nameOf)
                .toList();
    }

    S read(Map<String, Object> config) {
        ObjectNode json = KindJson.mapper().valueToTree(config);
        json.remove(DRIVER_NAME);
        for (RecordComponent component : type.getRecordComponents()) {
            requireIfRequired(component, json);
        }
        try {
            return reader.readValue(json);
        } catch (UnrecognizedPropertyException e) {
            throw DroverException.invalid(
                    "InvalidOption", e.getPropertyName(), "The driver knows no field " + e.getPropertyName());
        } catch (MismatchedInputException e) {
            String field = e.getPath().isEmpty() ? "" : e.getPath().get(0).getFieldName();
            throw DroverException.invalid(
                    "InvalidFormat",
                    field,
                    "The field " + field + " is not a " + e.getTargetType().getSimpleName());
        } catch (JsonProcessingException e) {
            // Thrown by the record's own constructor. The parser's message would repeat the input, which may hold
            // secrets.
            if (e.getCause() instanceof DroverException refused) {
                throw refused;
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw DroverException.rejected("The driver refuses these settings: " + cause.getMessage());
        } catch (IOException e) {
            throw DroverException.rejected("The driver's settings can't be read");
        }
    }

    private static void requireIfRequired(RecordComponent component, ObjectNode json) {
        Field field = component.getAnnotation(Field.class);
        String name = nameOf(component);
        if (field != null && field.required() && json.path(name).asText("").isEmpty()) {
            throw DroverException.invalid("MissingRequired", name, "The driver needs the field " + name);
        }
    }

    private static String nameOf(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        return field == null || field.stored().isEmpty() ? component.getName() : field.stored();
    }
}

package io.drover.api.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A type under {@code /v3}: of a kind, of a record inside one, or of a driver's settings.
 *
 * @param id {@code clusterRegistrationToken}
 * @param plural {@code clusterRegistrationTokens}
 * @param collectionMethods of {@code GET POST}; empty for a type that is only used inside others
 * @param resourceMethods of {@code GET PUT DELETE}
 * @param idPrefix what a generated name starts with
 * @param scope type of the owner whose id is the namespace; empty for types of global scope
 * @param fields by name, the standard ones included
 * @param subTypes all that its fields refer to, and theirs, by id
 */
public record RestType(
        String id,
        String plural,
        List<String> collectionMethods,
        List<String> resourceMethods,
        String idPrefix,
        String scope,
        boolean stateful,
        boolean namedByCaller,
        Map<String, RestField> fields,
        Map<String, RestType> subTypes) {

    public RestType {
        collectionMethods = List.copyOf(collectionMethods);
        resourceMethods = List.copyOf(resourceMethods);
        fields = Collections.unmodifiableMap(fields);
        subTypes = Collections.unmodifiableMap(subTypes);
    }

    /**
     * The type of a record that is only used inside others, such as a driver's settings.
     *
     * @param id what it is called under {@code /v3}
     */
    public static RestType of(String id, Class<? extends Record> record) {
        return RestTypes.ofRecord(id, record);
    }

    /** The type of a record that carries {@link Rest} and is not stored as a kind, with the fields that every resource has. */
    public static RestType of(Class<? extends Record> record) {
        return Optional.ofNullable(record.getAnnotation(Rest.class))
                .map(face -> RestTypes.ofKind(record, false, face))
                .orElseThrow(() -> new IllegalArgumentException(record.getName() + " carries no @Rest"));
    }

    RestType withSubTypes(Map<String, RestType> newSubTypes) {
        return new RestType(
                id,
                plural,
                collectionMethods,
                resourceMethods,
                idPrefix,
                scope,
                stateful,
                namedByCaller,
                fields,
                newSubTypes);
    }

    public Optional<RestField> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** The fields that lists can be filtered by, with the comparisons each allows; none for a type that is only used inside others. */
    public Map<String, List<String>> filters() {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        if (!collectionMethods.isEmpty() || !resourceMethods.isEmpty()) {
            fields.values().stream()
                    .filter(field -> !field.comparisons().isEmpty())
                    .forEach(field -> filters.put(field.name(), field.comparisons()));
        }
        return filters;
    }

    /** Whether {@code name} is what people call it, apart from the name of the stored object. */
    public boolean hasDisplayName() {
        RestField name = fields.get("name");
        return name != null && !name.storedPath().equals(RestTypes.OBJECT_NAME);
    }

    /**
     * A stored object as {@code /v3} shows it: its fields with defaults filled in and without secrets. What is computed ({@code id},
     * {@code links}, {@code state}…) is not there yet.
     */
    public ObjectNode show(JsonNode stored) {
        return new RestMapping(subTypes).show(this, stored);
    }

    /**
     * Puts the fields of {@code resource} into {@code stored}: an object is merged field by field, a map or list takes the place of what
     * was there, null takes it away, what is missing stays. Fields that this type does not have, or that are not stored, are ignored; which
     * of the others a caller may set is not asked here.
     */
    public void store(ObjectNode resource, ObjectNode stored) {
        new RestMapping(subTypes).store(this, resource, stored);
    }
}

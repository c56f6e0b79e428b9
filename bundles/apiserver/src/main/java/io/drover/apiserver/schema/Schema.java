package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An OpenAPI v3 schema, read once into what the walks over objects need. Immutable. */
public final class Schema {

    /** Anything at all. */
    public static final Schema ANYTHING =
            of(Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true));

    private final ObjectNode source;
    private final String type;
    private final Map<String, Schema> properties = new LinkedHashMap<>();
    private final Schema additionalProperties;
    private final boolean anyProperty;
    private final Schema items;
    private final List<String> required = new ArrayList<>();
    private final JsonNode defaultValue;
    private final boolean nullable;
    private final boolean preserveUnknown;
    private final boolean intOrString;
    private final boolean embeddedResource;
    private final String listType;
    private final String mapType;
    private final List<String> listKeys = new ArrayList<>();
    private final boolean hasRules;
    private final boolean hasDefaults;
    private volatile List<Rule> rules;

    private Schema(ObjectNode source) {
        this.source = source;
        type = source.path("type").asText("");
        source.path("properties").properties().forEach(p -> {
            if (p.getValue() instanceof ObjectNode property) {
                properties.put(p.getKey(), of(property));
            }
        });
        JsonNode additional = source.get("additionalProperties");
        additionalProperties = additional instanceof ObjectNode schema ? of(schema) : null;
        anyProperty = additional != null && additional.asBoolean(false);
        items = source.get("items") instanceof ObjectNode schema ? of(schema) : null;
        source.path("required").forEach(r -> required.add(r.asText()));
        defaultValue = source.get("default");
        nullable = source.path("nullable").asBoolean();
        preserveUnknown = source.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        intOrString = source.path("x-kubernetes-int-or-string").asBoolean();
        embeddedResource = source.path("x-kubernetes-embedded-resource").asBoolean();
        listType = source.path("x-kubernetes-list-type").asText("atomic");
        mapType = source.path("x-kubernetes-map-type").asText("granular");
        source.path("x-kubernetes-list-map-keys").forEach(k -> listKeys.add(k.asText()));
        hasRules = source.path(Rule.FIELD).size() > 0
                || properties.values().stream().anyMatch(p -> p.hasRules)
                || (additionalProperties != null && additionalProperties.hasRules)
                || (items != null && items.hasRules);
        hasDefaults = defaultValue != null
                || properties.values().stream().anyMatch(p -> p.hasDefaults)
                || (additionalProperties != null && additionalProperties.hasDefaults)
                || (items != null && items.hasDefaults);
    }

    public static Schema of(ObjectNode source) {
        return new Schema(source);
    }

    /** The same schema, with another one for a property. */
    public Schema with(String property, Schema schema) {
        ObjectNode changed = source.deepCopy();
        Json.child(changed, "properties").set(property, schema.source);
        return of(changed);
    }

    /** As it was written. */
    public ObjectNode source() {
        return source;
    }

    public String type() {
        return type;
    }

    public Map<String, Schema> properties() {
        return properties;
    }

    /** The schema of a member of an object; empty if none is known. */
    public Optional<Schema> property(String name) {
        Schema property = properties.get(name);
        return Optional.ofNullable(property != null ? property : additionalProperties);
    }

    public Optional<Schema> items() {
        return Optional.ofNullable(items);
    }

    List<String> required() {
        return required;
    }

    /** Null if it has none. */
    public JsonNode defaultValue() {
        return defaultValue;
    }

    boolean isNullable() {
        return nullable;
    }

    boolean preservesUnknown() {
        return preserveUnknown;
    }

    /** Whether every member name is allowed, with or without a schema of its own. */
    boolean allowsAnyProperty() {
        return anyProperty || additionalProperties != null;
    }

    boolean isIntOrString() {
        return intOrString;
    }

    boolean isEmbeddedResource() {
        return embeddedResource;
    }

    /** {@code atomic}, {@code set} or {@code map}. */
    public String listType() {
        return listType;
    }

    /** Keys of a list whose type is {@code map}. */
    public List<String> listKeys() {
        return listKeys;
    }

    public boolean isAtomicMap() {
        return mapType.equals("atomic");
    }

    /** How a strategic merge patch treats a list: {@code merge} or {@code replace}. */
    public String patchStrategy() {
        return source.path("x-kubernetes-patch-strategy").asText("replace");
    }

    public String patchMergeKey() {
        return source.path("x-kubernetes-patch-merge-key").asText("");
    }

    /** Whether there is a default in it or below. */
    public boolean hasDefaults() {
        return hasDefaults;
    }

    /** Whether there are expression rules in it or below. */
    boolean hasRules() {
        return hasRules;
    }

    /**
     * Its own expression rules, compiled when they are first needed.
     *
     * @param object whether it is the schema of a whole object
     */
    List<Rule> rules(boolean object) {
        List<Rule> compiled = rules;
        if (compiled == null) {
            compiled = Rule.of(source, object || embeddedResource);
            rules = compiled;
        }
        return compiled;
    }
}

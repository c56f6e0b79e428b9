package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType.Column;
import io.drover.apiserver.kind.ResourceType.Rules;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/** Makes resource types of a custom resource definition. */
final class Definitions {

    private static final Schema METADATA =
            BuiltIns.CONFIG_MAPS.schema().property("metadata").orElseThrow();

    private Definitions() {}

    /** One type for each served version, the storage version first. */
    static List<ResourceType> types(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        String storage = "";
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean()) {
                storage = version.path("name").asText();
            }
        }
        List<ResourceType> types = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                types.add(type(spec, version, storage));
            }
        }
        return types;
    }

    private static ResourceType type(JsonNode spec, JsonNode version, String storage) {
        String group = spec.path("group").asText();
        String plural = spec.at("/names/plural").asText();
        boolean renamed = !version.path("name").asText().equals(storage);
        String storedAs = group + "/" + storage;
        return new ResourceType(
                group,
                version.path("name").asText(),
                plural,
                spec.at("/names/singular").asText(),
                spec.at("/names/kind").asText(),
                spec.at("/names/listKind").asText(),
                spec.path("scope").asText().equals("Namespaced"),
                texts(spec.at("/names/shortNames")),
                texts(spec.at("/names/categories")),
                ResourceType.CUSTOM_VERBS,
                version.path("subresources").has("status"),
                Schema.of((ObjectNode) version.at("/schema/openAPIV3Schema")).with("metadata", METADATA),
                columns(version),
                selectable(version),
                "/" + group + "/" + plural + "/",
                storedAs,
                renamed ? new OtherVersion(group + "/" + version.path("name").asText(), storedAs) : Rules.NONE,
                true);
    }

    private static List<String> selectable(JsonNode version) {
        List<String> fields = new ArrayList<>();
        for (JsonNode field : version.path("selectableFields")) {
            String path = field.path("jsonPath").asText();
            fields.add(path.startsWith(".") ? path.substring(1) : path);
        }
        return List.copyOf(fields);
    }

    private static List<Column> columns(JsonNode version) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : version.path("additionalPrinterColumns")) {
            JsonPath path = JsonPath.of(column.path("jsonPath").asText());
            columns.add(new Column(
                    column.path("name").asText(),
                    column.path("type").asText(),
                    column.path("format").asText(),
                    column.path("description").asText(),
                    column.path("priority").asInt(),
                    column.path("type").asText().equals("date")
                            ? object -> path.first(object).map(Ages::since).orElse(null)
                            : object -> path.first(object).orElse(null)));
        }
        if (columns.isEmpty()) {
            columns.add(new Column("Age", "date", "", "", 0, Ages::sinceCreation));
        }
        return List.copyOf(columns);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(t -> texts.add(t.asText()));
        return List.copyOf(texts);
    }

    /** Versions of a custom resource differ in nothing but their name. */
    private record OtherVersion(String served, String stored) implements Rules {
        @Override
        public boolean converts() {
            return true;
        }

        @Override
        public ObjectNode toStored(ObjectNode object) {
            return object.put("apiVersion", stored);
        }

        @Override
        public ObjectNode toServed(ObjectNode object) {
            return object.put("apiVersion", served);
        }
    }
}

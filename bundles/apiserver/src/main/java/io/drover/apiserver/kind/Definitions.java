package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType.Column;
import io.drover.apiserver.kind.ResourceType.Rules;
import io.drover.apiserver.kind.ResourceType.Scale;
import io.drover.apiserver.schema.Defaulting;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes resource types of a custom resource definition. */
final class Definitions {

    private static final Schema METADATA =
            BuiltIns.CONFIG_MAPS.schema().property("metadata").orElseThrow();

    private Definitions() {}

    /** One type for each served version. */
    static List<ResourceType> types(ObjectNode definition, long settledSince) {
        JsonNode spec = definition.path("spec");
        JsonNode storage = spec.path("versions").path(0);
        for (JsonNode version : spec.path("versions")) {
            storage = version.path("storage").asBoolean() ? version : storage;
        }
        List<ResourceType> types = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                types.add(type(spec, version, storage, settledSince));
            }
        }
        return types;
    }

    private static ResourceType type(JsonNode spec, JsonNode version, JsonNode storage, long settledSince) {
        String group = spec.path("group").asText();
        String plural = spec.at("/names/plural").asText();
        boolean renamed = version != storage;
        String storedAs = group + "/" + storage.path("name").asText();
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
                schema(version),
                columns(version),
                selectable(version),
                "/" + group + "/" + plural + "/",
                storedAs,
                renamed
                        ? new OtherVersion(group + "/" + version.path("name").asText(), storedAs, schema(storage))
                        : Rules.NONE,
                true,
                scale(version.at("/subresources/scale")),
                warning(spec, version),
                settledSince);
    }

    private static Schema schema(JsonNode version) {
        return Schema.of((ObjectNode) version.at("/schema/openAPIV3Schema")).with("metadata", METADATA);
    }

    private static Optional<Scale> scale(JsonNode scale) {
        if (!scale.isObject()) {
            return Optional.empty();
        }
        String selector = scale.path("labelSelectorPath").asText("");
        return Optional.of(new Scale(
                JsonPath.of(scale.path("specReplicasPath").asText()),
                JsonPath.of(scale.path("statusReplicasPath").asText()),
                selector.isEmpty() ? null : JsonPath.of(selector)));
    }

    /** A deprecated version says which newer one is to be used instead, if it says nothing else. */
    private static Optional<String> warning(JsonNode spec, JsonNode version) {
        if (!version.path("deprecated").asBoolean()) {
            return Optional.empty();
        }
        if (version.hasNonNull("deprecationWarning")) {
            return Optional.of(version.get("deprecationWarning").asText());
        }
        String group = spec.path("group").asText();
        String kind = spec.at("/names/kind").asText();
        String name = version.path("name").asText();
        String text = group + "/" + name + " " + kind + " is deprecated";
        for (JsonNode other : spec.path("versions")) {
            String candidate = other.path("name").asText();
            boolean better = other.path("served").asBoolean()
                    && !other.path("deprecated").asBoolean();
            if (better && Kinds.newestFirst(candidate, name) < 0) {
                return Optional.of(text + "; use " + group + "/" + candidate + " " + kind);
            }
        }
        return Optional.of(text);
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
                    column.path("description")
                            .asText("Custom resource definition column (in JSONPath format): "
                                    + column.path("jsonPath").asText()),
                    column.path("priority").asInt(),
                    column.path("type").asText().equals("date")
                            ? object -> path.first(object).map(Ages::since).orElse(null)
                            : object -> path.first(object).orElse(null)));
        }
        if (columns.isEmpty()) {
            columns.add(new Column("Age", "date", "", BuiltIns.CREATED, 0, Ages::sinceCreation));
        }
        return List.copyOf(columns);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(t -> texts.add(t.asText()));
        return List.copyOf(texts);
    }

    /** Versions of a custom resource differ in nothing but their name; what is stored has the storage version's defaults. */
    private record OtherVersion(String served, String stored, Schema storage) implements Rules {
        @Override
        public boolean converts() {
            return true;
        }

        @Override
        public ObjectNode toStored(ObjectNode object) {
            Defaulting.apply(object, storage);
            return object.put("apiVersion", stored);
        }

        @Override
        public ObjectNode toServed(ObjectNode object) {
            return object.put("apiVersion", served);
        }
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.kind.ResourceType.Column;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.schema.Defaulting;
import io.drover.apiserver.store.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** In which form objects are answered, as the request's {@code Accept} wishes: whole, their metadata, or rows of a table. */
final class Presentation {

    private enum Form {
        WHOLE,
        METADATA,
        TABLE
    }

    private static final String META_GROUP = "meta.k8s.io";
    private static final String NAME =
            "Name must be unique within a namespace. Is required when creating resources, although"
                    + " some resources may allow a client to request the generation of an appropriate name automatically. Name is"
                    + " primarily intended for creation idempotence and configuration definition. Cannot be updated. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private final Form form;
    /** Of the form, if it is not the whole object. */
    private final String version;

    private final boolean yaml;
    private final ResourceType type;
    private final String includeObject;
    private final byte[] envelope;

    private Presentation(Form form, String version, boolean yaml, ResourceType type, String includeObject) {
        this.form = form;
        this.version = version;
        this.yaml = yaml;
        this.type = type;
        this.includeObject = includeObject;
        this.envelope = ("{\"kind\":\"" + type.kind() + "\",\"apiVersion\":\"" + type.apiVersion() + "\",")
                .getBytes(StandardCharsets.UTF_8);
    }

    static Presentation of(Request request, ResourceType type) {
        Presentation presentation = accepted(request, type);
        if (presentation.form == Form.TABLE
                && !List.of("Metadata", "Object", "None").contains(presentation.includeObject)) {
            throw Refusal.badRequest("Unable to convert to Table as requested: includeObject: Invalid value: \""
                    + presentation.includeObject + "\": must be 'Metadata', 'Object', 'None', or empty");
        }
        return presentation;
    }

    private static Presentation accepted(Request request, ResourceType type) {
        String include = request.parameter("includeObject").orElse("Metadata");
        String accept = request.header("accept");
        if (accept.isBlank()) {
            return new Presentation(Form.WHOLE, "", false, type, include);
        }
        for (String wish : accept.split(",")) {
            String[] parts = wish.trim().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
            boolean json =
                    parts[0].equals("application/json") || parts[0].equals("*/*") || parts[0].equals("application/*");
            boolean yaml = parts[0].equals("application/yaml");
            if (json || yaml) {
                Form form = Form.WHOLE;
                boolean known = true;
                String version = META_GROUP + "/v1";
                for (String part : parts) {
                    if (part.startsWith("as=")) {
                        form = switch (part) {
                            case "as=table" -> Form.TABLE;
                            case "as=partialobjectmetadata", "as=partialobjectmetadatalist" -> Form.METADATA;
                            default -> Form.WHOLE;
                        };
                        known = form != Form.WHOLE;
                    } else if (part.startsWith("v=")) {
                        known &= part.equals("v=v1") || part.equals("v=v1beta1");
                        version = META_GROUP + "/" + part.substring(2);
                    } else if (part.startsWith("g=")) {
                        known &= part.equals("g=" + META_GROUP);
                    }
                }
                if (known) {
                    return new Presentation(form, version, yaml, type, include);
                }
            }
        }
        throw Refusal.notAcceptable();
    }

    String contentType() {
        return yaml ? "application/yaml" : Answer.JSON;
    }

    boolean isYaml() {
        return yaml;
    }

    /** The answer that one object is. */
    byte[] one(Stored stored) {
        return form == Form.WHOLE && isServedAsStored(stored) && !yaml ? stored.json() : encode(served(stored));
    }

    byte[] one(ObjectNode object) {
        return encode(formed(object));
    }

    /** An object within a watch. A table with the one row, and columns if it is the first. */
    byte[] event(Stored stored, boolean first) {
        if (form != Form.TABLE) {
            return form == Form.WHOLE && isServedAsStored(stored) ? stored.json() : Json.bytes(served(stored));
        }
        ObjectNode object = object(stored);
        ObjectNode table = table(object.at("/metadata/resourceVersion").asText());
        if (!first) {
            table.putNull("columnDefinitions");
        }
        table.putArray("rows").add(row(object));
        return Json.bytes(table);
    }

    /** What tells in a watch how far it is: an object that has only metadata. */
    byte[] bookmark(ObjectNode metadata) {
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        object.set("metadata", metadata);
        return Json.bytes(form == Form.METADATA ? metadataOf(object) : object);
    }

    /** An object within a list. */
    byte[] item(Stored stored) {
        if (form == Form.TABLE) {
            return Json.bytes(row(object(stored)));
        }
        if (form != Form.WHOLE || !isServedAsStored(stored)) {
            ObjectNode served = served(stored);
            if (form == Form.WHOLE && !type.custom()) {
                served.remove(List.of("kind", "apiVersion"));
            }
            return Json.bytes(served);
        }
        return type.custom() ? stored.json() : withoutEnvelope(stored.json());
    }

    /** Items of lists of built-in kinds don't repeat what kind they are of. */
    private byte[] withoutEnvelope(byte[] json) {
        if (!Arrays.equals(json, 0, Math.min(json.length, envelope.length), envelope, 0, envelope.length)) {
            return json;
        }
        byte[] item = new byte[json.length - envelope.length + 1];
        item[0] = '{';
        System.arraycopy(json, envelope.length, item, 1, item.length - 1);
        return item;
    }

    /** What a list is around its items: an empty one, whose items are in the array that is named {@link #itemsField}. */
    ObjectNode list() {
        return switch (form) {
            case TABLE -> table("");
            case METADATA -> list("PartialObjectMetadataList", version);
            case WHOLE -> list(type.listKind(), type.apiVersion());
        };
    }

    boolean isTable() {
        return form == Form.TABLE;
    }

    String itemsField() {
        return form == Form.TABLE ? "rows" : "items";
    }

    private static ObjectNode list(String kind, String apiVersion) {
        ObjectNode list = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        list.putObject("metadata");
        return list;
    }

    /** The stored object as this type serves it, whole. */
    ObjectNode object(Stored stored) {
        ObjectNode object = Json.read(stored.json());
        if (!type.isSettled(stored.revision())) {
            Defaulting.apply(object, type.schema());
        }
        return type.rules().converts() ? type.rules().toServed(object) : object;
    }

    private boolean isServedAsStored(Stored stored) {
        return type.servedAsStored() && type.isSettled(stored.revision());
    }

    private ObjectNode served(Stored stored) {
        return formed(object(stored));
    }

    private ObjectNode formed(ObjectNode object) {
        return switch (form) {
            case WHOLE -> object;
            case METADATA -> metadataOf(object);
            case TABLE -> {
                ObjectNode table = table(object.at("/metadata/resourceVersion").asText());
                table.putArray("rows").add(row(object));
                yield table;
            }
        };
    }

    private ObjectNode metadataOf(ObjectNode object) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", version);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    private ObjectNode table(String resourceVersion) {
        ObjectNode table = list("Table", version);
        if (!resourceVersion.isEmpty()) {
            Json.child(table, "metadata").put("resourceVersion", resourceVersion);
        }
        ArrayNode columns = table.putArray("columnDefinitions");
        if (!namesItself()) {
            column(columns, new Column("Name", "string", "name", NAME, 0, null));
        }
        for (Column column : type.columns()) {
            column(columns, column);
        }
        return table;
    }

    /** Whether the name is among the kind's own columns, rather than before them. */
    private boolean namesItself() {
        return !type.custom() && type.columns().stream().anyMatch(c -> c.name().equals("Name"));
    }

    private static void column(ArrayNode columns, Column column) {
        columns.addObject()
                .put("name", column.name())
                .put("type", column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority());
    }

    private ObjectNode row(ObjectNode object) {
        ObjectNode row = Json.object();
        ArrayNode cells = row.putArray("cells");
        if (!namesItself()) {
            cells.add(Metadata.name(object));
        }
        for (Column column : type.columns()) {
            cells.add(cell(column, column.cell().apply(object)));
        }
        switch (includeObject) {
            case "Object" -> row.set("object", object);
            case "None" -> row.putNull("object");
            default -> row.set("object", metadataOf(object));
        }
        return row;
    }

    private static JsonNode cell(Column column, JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return null;
        }
        return value.isContainerNode() && column.type().equals("string")
                ? com.fasterxml.jackson.databind.node.TextNode.valueOf(value.toString())
                : value;
    }

    private byte[] encode(ObjectNode object) {
        return yaml ? Json.yaml(object) : Json.bytes(object);
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes the OpenAPI document of version 2 as protobuf, which kubectl up to 1.22 asks for and takes no other form of: its title and
 * definitions, by the numbers of gnostic's {@code OpenAPIv2.proto}. Paths, and rules that kubectl does not look at, are left out.
 */
final class OpenApiProtobuf {

    /** As it is asked for; it isn't a valid one. */
    static final String ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /** As it is answered. */
    static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OpenApiProtobuf() {}

    static byte[] of(ObjectNode document) {
        OpenApiProtobuf all = new OpenApiProtobuf();
        all.text(1, "2.0");
        OpenApiProtobuf info = new OpenApiProtobuf();
        info.text(1, document.at("/info/title").asText());
        info.text(2, document.at("/info/version").asText());
        all.part(2, info);
        all.part(9, named(document.path("definitions")));
        return all.out.toByteArray();
    }

    /** Schemas by their names: a repeated pair of name and schema. */
    private static OpenApiProtobuf named(JsonNode schemas) {
        OpenApiProtobuf all = new OpenApiProtobuf();
        for (Map.Entry<String, JsonNode> entry : schemas.properties()) {
            OpenApiProtobuf pair = new OpenApiProtobuf();
            pair.text(1, entry.getKey());
            pair.part(2, schema(entry.getValue()));
            all.part(1, pair);
        }
        return all;
    }

    private static OpenApiProtobuf schema(JsonNode schema) {
        OpenApiProtobuf result = new OpenApiProtobuf();
        result.text(1, schema.path("$ref").asText(""));
        result.text(2, schema.path("format").asText(""));
        result.text(4, schema.path("description").asText(""));
        schema.path("required").forEach(name -> result.text(19, name.asText()));
        if (schema.path("additionalProperties").isObject()) {
            OpenApiProtobuf values = new OpenApiProtobuf();
            values.part(1, schema(schema.path("additionalProperties")));
            result.part(21, values);
        }
        if (schema.hasNonNull("type")) {
            OpenApiProtobuf type = new OpenApiProtobuf();
            type.text(1, schema.path("type").asText());
            result.part(22, type);
        }
        if (schema.path("items").isObject()) {
            OpenApiProtobuf items = new OpenApiProtobuf();
            items.part(1, schema(schema.path("items")));
            result.part(23, items);
        }
        if (schema.path("allOf").size() == 1) {
            // kubectl knows references, but no schemas that are made of others.
            result.text(1, schema.at("/allOf/0/$ref").asText(""));
        }
        if (schema.path("properties").size() > 0) {
            result.part(25, named(schema.path("properties")));
        }
        for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            if (entry.getKey().startsWith("x-kubernetes-")) {
                OpenApiProtobuf value = new OpenApiProtobuf();
                value.text(2, entry.getValue().toString());
                OpenApiProtobuf extension = new OpenApiProtobuf();
                extension.text(1, entry.getKey());
                extension.part(2, value);
                result.part(31, extension);
            }
        }
        return result;
    }

    private void text(int field, String text) {
        if (!text.isEmpty()) {
            bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void part(int field, OpenApiProtobuf part) {
        bytes(field, part.out.toByteArray());
    }

    private void bytes(int field, byte[] content) {
        varint((long) field << 3 | LENGTH);
        varint(content.length);
        out.writeBytes(content);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}

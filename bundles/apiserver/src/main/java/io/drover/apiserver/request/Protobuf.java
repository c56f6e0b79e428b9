package io.drover.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads protobuf bodies, which client-go's typed clients and some of kubectl's commands send, into the JSON form of the same object.
 * Only the built-in kinds have such a form; its numbers and names are in {@code protobuf.txt}. Answers are never protobuf.
 */
final class Protobuf {

    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final Map<String, Map<Integer, Field>> MESSAGES = messages();
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final int MOST_DEPTH = 100;
    private static final double MOST_EXACT = 1L << 53;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    /**
     * @param name empty if the fields of the message are its parent's own
     * @param kept whether it is written when it is zero
     */
    private record Field(String name, String type, boolean repeated, boolean map, boolean kept) {

        /** From {@code number name type}. */
        static Field of(String[] parts) {
            String type = parts[2];
            return new Field(
                    parts[1],
                    type.replaceAll("[\\[\\]{}?]", ""),
                    type.contains("[]"),
                    type.contains("{}"),
                    type.endsWith("?"));
        }

        boolean isPartOfParent() {
            return name.isEmpty();
        }
    }

    private Protobuf() {}

    private static Map<String, Map<Integer, Field>> messages() {
        Map<String, Map<Integer, Field>> messages = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Protobuf.class.getResourceAsStream("protobuf.txt"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] message = line.split(": ", 2);
                    Map<Integer, Field> fields = new HashMap<>();
                    Stream.of(message[1].split("; "))
                            .filter(field -> !field.isEmpty())
                            .forEach(field -> {
                                String[] parts = field.split(" ");
                                fields.put(Integer.valueOf(parts[0]), Field.of(parts));
                            });
                    messages.put(message[0], Map.copyOf(fields));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(messages);
    }

    /** 415 for a kind that has no such form here, 400 for bytes that are none. */
    static ObjectNode read(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (byte expected : MAGIC) {
                if (bytes.get() != expected) {
                    throw malformed();
                }
            }
            return envelope(bytes);
        } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
            throw malformed();
        }
    }

    private static Refusal malformed() {
        return Refusal.badRequest("the object provided is not in the protobuf form of Kubernetes");
    }

    /** The envelope: 1 = type (1 = apiVersion, 2 = kind), 2 = the object's bytes. */
    private static ObjectNode envelope(ByteBuffer bytes) {
        String apiVersion = "";
        String kind = "";
        ByteBuffer object = ByteBuffer.allocate(0);
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            if (tag == (1 << 3 | LENGTH)) {
                ByteBuffer type = part(bytes);
                while (type.hasRemaining()) {
                    long field = varint(type);
                    String value = text(part(type));
                    apiVersion = field == (1 << 3 | LENGTH) ? value : apiVersion;
                    kind = field == (2 << 3 | LENGTH) ? value : kind;
                }
            } else if (tag == (2 << 3 | LENGTH)) {
                object = part(bytes);
            } else {
                skip(bytes, tag);
            }
        }
        String message = kind.equals("DeleteOptions") ? "meta.k8s.io/v1/DeleteOptions" : apiVersion + "/" + kind;
        if (!MESSAGES.containsKey(message)) {
            throw Refusal.unsupportedMediaType("the body of the request was in an unknown format - " + kind
                    + " in version "
                    + apiVersion + " is not accepted as protobuf; accepted media types include: application/json,"
                    + " application/yaml");
        }
        ObjectNode result = message(object, message, 0);
        return result.put("apiVersion", apiVersion).put("kind", kind);
    }

    private static ObjectNode message(ByteBuffer bytes, String type, int depth) {
        if (depth > MOST_DEPTH) {
            throw malformed();
        }
        ObjectNode object = Json.object();
        Map<Integer, Field> fields = MESSAGES.get(type);
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            Field field = fields.get((int) (tag >>> 3));
            if (field == null) {
                skip(bytes, tag);
            } else if (field.map()) {
                entry(part(bytes), field, depth, object.withObject("/" + field.name()));
            } else {
                JsonNode value = value(bytes, field.type(), depth);
                if (field.repeated()) {
                    object.withArray(field.name()).add(value);
                } else if (field.isPartOfParent()) {
                    object.setAll((ObjectNode) value);
                } else if (value != null && (field.kept() || !isZero(value))) {
                    object.set(field.name(), value);
                }
            }
        }
        return object;
    }

    /** Fields that are not pointers are always sent, and for most of them zero means absent. */
    private static boolean isZero(JsonNode value) {
        return (value.isTextual() && value.textValue().isEmpty())
                || (value.isNumber() && value.asDouble() == 0)
                || (value.isBoolean() && !value.booleanValue());
    }

    private static void entry(ByteBuffer bytes, Field field, int depth, ObjectNode map) {
        String key = "";
        JsonNode value = TextNode.valueOf("");
        while (bytes.hasRemaining()) {
            if (varint(bytes) >>> 3 == 1) {
                key = text(part(bytes));
            } else {
                value = value(bytes, field.type(), depth);
            }
        }
        map.set(key, value);
    }

    private static JsonNode value(ByteBuffer bytes, String type, int depth) {
        return switch (type) {
            case "string" -> TextNode.valueOf(text(part(bytes)));
            case "bytes" -> TextNode.valueOf(Base64.getEncoder().encodeToString(array(part(bytes))));
            case "bool" -> Json.object().booleanNode(varint(bytes) != 0);
            case "int32", "int64" -> Json.object().numberNode(varint(bytes));
            case "double" -> number(bytes.getDouble());
            case "Time" -> time(part(bytes), SECONDS);
            case "MicroTime" -> time(part(bytes), MICROS);
            case "FieldsV1", "JSON" -> json(part(bytes));
            case "Quantity", "SchemaOrArray", "SchemaOrBool", "SchemaOrStrings", "Strings" -> whicheverIsSet(
                    part(bytes), type, depth + 1);
            default -> message(part(bytes), type, depth + 1);
        };
    }

    /** A message in protobuf alone: in JSON it is its schema or else its value. */
    private static JsonNode whicheverIsSet(ByteBuffer bytes, String type, int depth) {
        ObjectNode message = message(bytes, type, depth);
        JsonNode value = message.has("schema") ? message.get("schema") : message.get("value");
        return value == null ? Json.object().arrayNode() : value;
    }

    /** As JSON has it: whole where it is. */
    private static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < MOST_EXACT
                ? Json.object().numberNode((long) value)
                : Json.object().numberNode(value);
    }

    /** 1 = seconds, 2 = nanoseconds; null when neither is given. */
    private static JsonNode time(ByteBuffer bytes, DateTimeFormatter format) {
        long seconds = 0;
        long nanos = 0;
        boolean given = false;
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            long value = varint(bytes);
            seconds = tag >>> 3 == 1 ? value : seconds;
            nanos = tag >>> 3 == 2 ? value : nanos;
            given = true;
        }
        return given ? TextNode.valueOf(format.format(Instant.ofEpochSecond(seconds, nanos))) : null;
    }

    private static JsonNode json(ByteBuffer bytes) {
        JsonNode json = Json.object();
        while (bytes.hasRemaining()) {
            varint(bytes);
            json = Json.parse(array(part(bytes)), false);
        }
        return json;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    private static ByteBuffer part(ByteBuffer bytes) {
        long length = varint(bytes);
        if (length < 0 || length > bytes.remaining()) {
            throw malformed();
        }
        ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private static void skip(ByteBuffer bytes, long tag) {
        switch ((int) (tag & 7)) {
            case VARINT -> varint(bytes);
            case FIXED64 -> bytes.getLong();
            case LENGTH -> part(bytes);
            case FIXED32 -> bytes.getInt();
            default -> throw malformed();
        }
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}

package io.drover.apiserver.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/** Reading and writing JSON and YAML, within limits. */
public final class Json {

    /** Deeper than any object of a real cluster, shallow enough to be walked recursively. */
    static final int MAX_DEPTH = 250;

    private static final int MAX_TEXT = 3 * 1024 * 1024;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_TEXT)
            .maxNumberLength(100)
            .maxNameLength(10_000)
            .build();

    private static final ObjectMapper STRICT = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(LIMITS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .streamReadConstraints(LIMITS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .loaderOptions(loaderOptions())
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .build())
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final ObjectMapper LENIENT =
            new ObjectMapper(JsonFactory.builder().streamReadConstraints(LIMITS).build());
    private static final ObjectMapper TRUSTED = new ObjectMapper();

    private Json() {}

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_TEXT);
        return options;
    }

    /** Parses what came from outside; 400 if it can't be. */
    public static JsonNode parse(byte[] text, boolean yaml) {
        try {
            JsonNode node = (yaml ? YAML : STRICT).readTree(text);
            if (node == null || node.isMissingNode()) {
                throw Refusal.badRequest("the request body is empty");
            }
            return node;
        } catch (StreamConstraintsException e) {
            throw Refusal.badRequest("the object provided is nested too deeply or has a part that is too long");
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw Refusal.badRequest(
                    "the object provided is unrecognized (" + firstLine(e.getOriginalMessage()) + where + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses JSON of an object in which a field may stand twice: the last one counts. Adds the paths of such fields. */
    public static JsonNode parse(byte[] text, boolean yaml, List<String> doubles) {
        try {
            return yaml ? parse(text, true) : STRICT.readTree(text);
        } catch (JsonParseException e) {
            if (!e.getOriginalMessage().startsWith("Duplicate field")) {
                return parse(text, false);
            }
            findDoubles(text, doubles);
            try {
                return LENIENT.readTree(text);
            } catch (IOException again) {
                return parse(text, false);
            }
        } catch (IOException e) {
            return parse(text, false);
        }
    }

    private static void findDoubles(byte[] text, List<String> doubles) {
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = LENIENT.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    String path = path(parser.getParsingContext());
                    if (!seen.add(path)) {
                        doubles.add(path);
                    }
                }
            }
        } catch (IOException e) {
            // The parser that follows says what is wrong.
        }
    }

    private static String path(JsonStreamContext context) {
        JsonStreamContext parent = context.getParent();
        String above = parent == null || parent.inRoot() ? "" : path(parent);
        String here = context.inArray() ? "[" + context.getCurrentIndex() + "]" : context.getCurrentName();
        return above.isEmpty() || context.inArray() ? above + here : above + "." + here;
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    /** Parses what we wrote ourselves. */
    public static ObjectNode read(byte[] json) {
        try {
            return (ObjectNode) TRUSTED.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return TRUSTED.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of the names, as clients are used to. */
    public static byte[] yaml(JsonNode node) {
        try {
            return YAML.writeValueAsBytes(YAML.treeToValue(node, Object.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The object at that name, made if it is absent or null. */
    public static ObjectNode child(ObjectNode parent, String name) {
        JsonNode child = parent.get(name);
        return child instanceof ObjectNode object ? object : parent.putObject(name);
    }
}

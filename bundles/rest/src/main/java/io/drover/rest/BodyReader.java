package io.drover.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads request bodies: JSON, YAML or a form, into one JSON object of bounded size and depth. */
final class BodyReader {

    static final int MAX_BYTES = 2 * 1024 * 1024;
    private static final int MAX_DEPTH = 100;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_BYTES)
            .build();
    private static final ObjectMapper JSON = strict(
            new JsonMapper(JsonFactory.builder().streamReadConstraints(LIMITS).build()));
    private static final ObjectMapper YAML = strict(new ObjectMapper(YAMLFactory.builder()
            .streamReadConstraints(LIMITS)
            .loaderOptions(yamlLimits())
            .build()));

    private BodyReader() {}

    static ObjectNode read(String contentType, InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new WebApplicationException(413);
        }
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        // Some tools call everything a form; a form never begins with a brace.
        if (type.startsWith("application/x-www-form-urlencoded") && !(bytes.length > 0 && bytes[0] == '{')) {
            return form(new String(bytes, StandardCharsets.UTF_8));
        }
        try {
            JsonNode node = (type.startsWith("application/yaml") ? YAML : JSON).readTree(bytes);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (StreamConstraintsException e) {
            throw Refusal.invalidBody(
                    "Failed to parse body: it is nested deeper than " + MAX_DEPTH + " levels, or a value is too long");
        } catch (JsonProcessingException e) {
            throw Refusal.invalidBody("Failed to parse body: " + e.getOriginalMessage());
        }
        throw Refusal.invalidBody("Failed to parse body: a JSON object is expected");
    }

    /** As {@link #read}, for requests that may come without one. */
    static ObjectNode readOptional(String contentType, InputStream body) throws IOException {
        PushbackInputStream peeked = new PushbackInputStream(body);
        int first = peeked.read();
        if (first < 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        peeked.unread(first);
        return read(contentType, peeked);
    }

    private static ObjectNode form(String text) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                object.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return object;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidBody("Failed to parse body: not a form");
        }
    }

    private static ObjectMapper strict(ObjectMapper mapper) {
        return mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private static LoaderOptions yamlLimits() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        options.setCodePointLimit(MAX_BYTES);
        return options;
    }
}

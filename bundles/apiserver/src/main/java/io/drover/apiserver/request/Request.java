package io.drover.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer.Call;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A call with its path and query taken apart. */
public final class Request {

    private static final int MOST_WARNINGS = 50;

    private final Call call;
    private final List<String> segments;
    private final Map<String, List<String>> parameters;
    private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());

    public Request(Call call) {
        this.call = call;
        this.segments = segments(call.path());
        this.parameters = parameters(call.query());
    }

    public String method() {
        return call.method();
    }

    /** Tells the caller something along with the answer. */
    public void warn(String warning) {
        if (warnings.size() < MOST_WARNINGS) {
            warnings.add(warning);
        }
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public Caller caller() {
        return call.caller();
    }

    /** Address of the caller; empty within the process. */
    public String remoteAddress() {
        return call.remoteAddress();
    }

    public List<String> segments() {
        return segments;
    }

    public Optional<String> parameter(String name) {
        List<String> values = parameters.get(name);
        return values == null || values.get(0).isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** Whether the parameter is there, with or without a value. */
    public boolean isGiven(String name) {
        return parameters.containsKey(name);
    }

    public boolean flag(String name) {
        return parameter(name).filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    /** A number that isn't negative; 400 if it is anything else. */
    public Optional<Long> number(String name) {
        return parameter(name).map(value -> {
            try {
                long number = Long.parseLong(value);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw Refusal.badRequest("the parameter " + name + " must be a number that is not negative");
        });
    }

    public boolean isDryRun() {
        List<String> values = parameters.getOrDefault("dryRun", List.of());
        for (String value : values) {
            if (!value.equals("All")) {
                throw Refusal.invalidOptions(
                        method().equals("POST")
                                ? "CreateOptions"
                                : method().equals("PATCH") ? "PatchOptions" : "UpdateOptions",
                        Refusal.Cause.unsupported("dryRun", "[\"" + value + "\"]", List.of("All")));
            }
        }
        return !values.isEmpty();
    }

    public String header(String name) {
        List<String> values = call.headers().get(name);
        return values == null || values.isEmpty() ? "" : String.join(", ", values);
    }

    /** Media type of the body, without parameters. */
    public String contentType() {
        String type = header("content-type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    /** Who is named as the changer of fields when the request does not say. */
    public String fieldManager() {
        return parameter("fieldManager").orElseGet(() -> {
            String agent = header("user-agent");
            int end = agent.indexOf('/');
            String prefix = end < 0 ? agent : agent.substring(0, end);
            return prefix.isEmpty() ? "unknown" : prefix.substring(0, Math.min(prefix.length(), 128));
        });
    }

    public boolean hasBody() {
        return call.body().hasRemaining();
    }

    public byte[] bodyBytes() {
        byte[] bytes = new byte[call.body().remaining()];
        call.body().duplicate().get(bytes);
        return bytes;
    }

    /** The body as a tree, by its content type; 415 for one that can't be read. */
    public JsonNode body() {
        String type = contentType();
        if (type.equals(Protobuf.MEDIA_TYPE)) {
            return Protobuf.read(bodyBytes());
        }
        boolean yaml = type.equals("application/yaml") || type.equals("application/x-yaml");
        if (!yaml && !type.isEmpty() && !type.equals("application/json") && !type.equals("*/*")) {
            throw Refusal.unsupportedMediaType("the body of the request was in an unknown format - accepted media types"
                    + " include: application/json, application/yaml");
        }
        return Json.parse(bodyBytes(), yaml);
    }

    public ObjectNode bodyObject() {
        if (body() instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.badRequest("the request body must be an object");
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment.replace("+", "%2B")));
            }
        }
        return List.copyOf(segments);
    }

    private static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> parameters = new HashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("the URL has a malformed escape sequence");
        }
    }
}

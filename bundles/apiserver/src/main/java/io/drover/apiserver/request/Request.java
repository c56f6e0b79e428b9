package io.drover.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.plane.PlaneServer.Call;
import io.drover.api.plane.PlaneServer.Reply;
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
import java.util.regex.Pattern;

/** A call with its path and query taken apart. */
public final class Request implements Remarks {

    private static final int MOST_WARNINGS = 50;
    private static final Pattern DURATION = Pattern.compile("0|(\\d{1,9}(\\.\\d{1,9})?(ns|us|µs|ms|s|m|h)){1,6}");
    private static final int MAX_MANAGER = 128;
    private static final List<String> FIELD_VALIDATIONS = List.of("", "Ignore", "Strict", "Warn");

    private final Call call;
    private final Optional<Reply> reply;
    private final List<String> segments;
    private final Map<String, List<String>> parameters;
    private final List<String> doubles = new ArrayList<>();
    private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());

    public Request(Call call) {
        this(call, Optional.empty());
    }

    /** @param reply is told what is decided and changed */
    public Request(Call call, Reply reply) {
        this(call, Optional.of(reply));
    }

    private Request(Call call, Optional<Reply> reply) {
        this.call = call;
        this.reply = reply;
        this.segments = segments(call.path());
        this.parameters = parameters(call.query());
    }

    /** Notes for the audit what allowed this request, or why it is denied. */
    public void decided(Decision decision) {
        reply.ifPresent(told -> told.decided(decision));
    }

    /**
     * Notes for the audit that this request changed an object.
     *
     * @param before null if it is new
     * @param after null if it is gone
     */
    public void changed(ObjectNode before, ObjectNode after) {
        reply.ifPresent(told -> told.changed(() -> before, () -> after));
    }

    public String method() {
        return call.method();
    }

    @Override
    public void annotate(String key, String value) {
        reply.ifPresent(told -> told.annotated(key, value));
    }

    @Override
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

    /** Whether the parameter is there and says anything but no. */
    public boolean flag(String name) {
        return isGiven(name)
                && parameter(name)
                        .filter(v -> v.equalsIgnoreCase("false") || v.equals("0"))
                        .isEmpty();
    }

    /** A number; 400 if it is anything else. */
    public Optional<Long> number(String name) {
        return parameter(name).map(value -> {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw Refusal.badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
            }
        });
    }

    /** The parameter {@code resourceVersion}; empty if it isn't given, failing if it is no number. */
    public Optional<Long> version() {
        return parameter("resourceVersion").map(value -> {
            if (value.matches("\\d{1,18}")) {
                return Long.parseLong(value);
            }
            throw Refusal.badRequest("invalid resource version: resourceVersion: Invalid value: \"" + value
                    + "\": strconv.ParseUint: parsing \"" + value + "\": invalid syntax");
        });
    }

    /** Paths of the fields that stand twice in the body. */
    public List<String> doubles() {
        return doubles;
    }

    /** Nothing that is answered here takes long enough for the parameter {@code timeout} to matter, but it must be a time. */
    public void checkTimeout() {
        String timeout = parameter("timeout").orElse("0");
        if (!DURATION.matcher(timeout).matches()) {
            throw Refusal.badRequest(
                    "invalid timeout specified in the request URL - time: invalid duration \"" + timeout + '"');
        }
    }

    /** Refuses options of a change that can't be. */
    public void checkOptions() {
        List<Refusal.Cause> causes = new ArrayList<>();
        String kind = optionsKind();
        if (parameters.containsKey("force") && !contentType().startsWith("application/apply-patch")) {
            causes.add(Refusal.Cause.forbidden("force", "may not be specified for non-apply patch"));
        }
        String manager = parameter("fieldManager").orElse("");
        if (manager.length() > MAX_MANAGER) {
            causes.add(new Refusal.Cause(
                    "FieldValueTooLong", "fieldManager", "Too long: may not be more than " + MAX_MANAGER + " bytes"));
        }
        isDryRun();
        String validation = parameter("fieldValidation").orElse("");
        if (!FIELD_VALIDATIONS.contains(validation)) {
            causes.add(Refusal.Cause.unsupported("fieldValidation", '"' + validation + '"', FIELD_VALIDATIONS));
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalidOptions(kind, causes);
        }
    }

    private String optionsKind() {
        return switch (method()) {
            case "POST" -> "CreateOptions";
            case "PATCH" -> "PatchOptions";
            case "DELETE" -> "DeleteOptions";
            default -> "UpdateOptions";
        };
    }

    public boolean isDryRun() {
        List<String> values = parameters.getOrDefault("dryRun", List.of());
        for (String value : values) {
            if (!value.equals("All")) {
                throw Refusal.invalidOptions(
                        optionsKind(), Refusal.Cause.unsupported("dryRun", "[\"" + value + "\"]", List.of("All")));
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
            return prefix.isEmpty() ? "unknown" : prefix.substring(0, Math.min(prefix.length(), MAX_MANAGER));
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
                    + " include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }
        return Json.parse(bodyBytes(), yaml, doubles);
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

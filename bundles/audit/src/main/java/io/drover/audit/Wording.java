package io.drover.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecord.Change;
import io.drover.api.audit.AuditedCall.Body;
import io.drover.api.auth.Caller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/** Puts what is known of a request into a record without secrets. */
final class Wording {

    private static final int MAX_TEXT = 512;
    private static final int MAX_URL = 4096;
    private static final int MAX_UNPACKED = 256 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final ObjectWriter RECORDS = JSON.writerFor(AuditRecord.class);

    private final Redaction redaction;
    private final Predicate<String> isUserName;

    /** @param isUserName whether there is a user with that login name; what else was typed there may be a password */
    Wording(Redaction redaction, Predicate<String> isUserName) {
        this.redaction = redaction;
        this.isUserName = isUserName;
    }

    byte[] record(long seq, Queued.Moment moment) {
        OpenRecord request = moment.request();
        Target target = Target.of(request.method, request.path, request.query);
        Caller caller = request.caller;
        boolean over = !moment.stage().equals("started");
        List<String> notes = new ArrayList<>(2);
        JsonNode after = over && request.names == null ? state(request.after) : null;
        return json(new AuditRecord(
                seq,
                request.time.truncatedTo(ChronoUnit.MICROS).toString(),
                moment.stage(),
                request.id,
                target.entrance(),
                caller == null ? "" : text(caller.userId()),
                userName(request, notes),
                caller == null ? "" : extra(caller, "principalid"),
                caller == null ? "" : text(caller.token().orElse("")),
                caller != null && caller.secondFactor() ? Boolean.TRUE : null,
                request.actingAs == null || request.actingAs.equals(caller) ? "" : text(request.actingAs.userId()),
                request.source,
                request.userAgent.isEmpty() ? "" : text(request.userAgent.get(0)),
                request.method,
                clipped(Redaction.path(request.path), MAX_URL),
                clipped(redaction.query(request.query), MAX_URL),
                target.verb(),
                text(target.group()),
                text(target.resource()),
                text(target.subresource()),
                text(target.name().isEmpty() ? nameOf(after) : target.name()),
                text(request.cluster == null ? target.cluster() : request.cluster),
                text(target.namespace()),
                request.decision == null ? "" : text(request.decision.reason()),
                moment.status(),
                moment.nanos() / 1000,
                over ? notes(request, notes) : "",
                over ? annotations(request) : Map.of(),
                over ? changes(request, after, target) : List.of(),
                over ? body(request.requestBody, target, request.secretFields) : null,
                over ? body(request.responseBody, target, request.secretFields) : null));
    }

    /** What the audit has to say of itself. */
    byte[] note(long seq, Instant now, String verb, String note) {
        return json(new AuditRecord(
                seq,
                now.truncatedTo(ChronoUnit.MICROS).toString(),
                "complete",
                "",
                "audit",
                "",
                "",
                "",
                "",
                null,
                "",
                "",
                "",
                "",
                "",
                "",
                verb,
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                0,
                0,
                note,
                Map.of(),
                List.of(),
                null,
                null));
    }

    private static byte[] json(AuditRecord record) {
        try {
            return RECORDS.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String userName(OpenRecord request, List<String> notes) {
        if (request.caller != null) {
            return extra(request.caller, "username");
        }
        if (request.loginName == null) {
            return "";
        }
        boolean known = isUserName.test(request.loginName);
        if (!known) {
            notes.add("there is no user of the name that was given");
        }
        return known ? text(request.loginName) : "";
    }

    private static String extra(Caller caller, String key) {
        List<String> values = caller.extra().getOrDefault(key, List.of());
        return values.isEmpty() ? "" : text(values.get(0));
    }

    private static String nameOf(JsonNode object) {
        return object == null ? "" : object.at("/metadata/name").asText("");
    }

    private static JsonNode state(Supplier<JsonNode> state) {
        return state == null ? null : state.get();
    }

    private List<Change> changes(OpenRecord request, JsonNode after, Target target) {
        JsonNode before = state(request.before);
        boolean withValues = request.level().compareTo(Level.REQUEST) >= 0;
        boolean both = before != null && after != null;
        // Which fields it had says nothing without their values.
        if (request.names != null || before == after || !both && !withValues) {
            return List.of();
        }
        return Differences.of(orNone(before), orNone(after), redaction, withValues, Redaction.isSealed(target));
    }

    private static JsonNode orNone(JsonNode state) {
        return state == null ? JSON.createObjectNode() : state;
    }

    // --- bodies

    private static String notes(OpenRecord request, List<String> notes) {
        if (request.provider != null) {
            notes.add("sign-in by " + text(request.provider));
        }
        if (request.names != null) {
            int more = request.changes - request.names.size();
            notes.add("objects: " + clipped(Redaction.text(String.join(", ", request.names)), MAX_URL)
                    + (more > 0 ? " and " + more + " more" : ""));
        }
        return String.join("; ", notes);
    }

    private static Map<String, String> annotations(OpenRecord request) {
        Map<String, String> annotations = new LinkedHashMap<>();
        request.annotations.forEach(
                (key, value) -> annotations.put(text(key), clipped(Redaction.text(value), MAX_URL)));
        return annotations;
    }

    private Object body(Body body, Target target, Set<String> secretFields) {
        if (body == null || body.length() == 0) {
            return null;
        }
        if (body.bytes().length == 0) {
            return omitted(body.length() + " bytes are too many");
        }
        String type = body.contentType().toLowerCase(Locale.ROOT);
        Redaction strict = redaction.with(secretFields);
        try {
            if (type.contains("json")) {
                return strict.body(target, JSON.readTree(unpacked(body)));
            }
            if (type.contains("yaml")) {
                return strict.body(target, YAML.readTree(unpacked(body)));
            }
            return omitted("content type " + text(type));
        } catch (IOException e) {
            return omitted("it can't be read");
        }
    }

    private static String omitted(String why) {
        return "[not recorded: " + why + "]";
    }

    private static byte[] unpacked(Body body) throws IOException {
        if (body.contentEncoding().isEmpty() || body.contentEncoding().equals("identity")) {
            return body.bytes();
        }
        if (!body.contentEncoding().equals("gzip")) {
            throw new IOException("content encoding " + body.contentEncoding());
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body.bytes()))) {
            byte[] unpacked = in.readNBytes(MAX_UNPACKED + 1);
            if (unpacked.length > MAX_UNPACKED) {
                throw new IOException("too long");
            }
            return unpacked;
        }
    }

    private static String text(String text) {
        return clipped(Redaction.text(text), MAX_TEXT);
    }

    private static String clipped(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}

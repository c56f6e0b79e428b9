package io.drover.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords.Condition;
import io.drover.api.audit.AuditRecords.Query;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Finds records by reading files, the newest first. A line is looked at as text before it is taken apart. */
final class Search {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_BYTES = 16 << 20;

    private final Query query;
    private final List<Predicate<String>> texts = new ArrayList<>();

    private Search(Query query) {
        this.query = query;
        for (Condition condition : query.conditions()) {
            if (!condition.negated() && condition.values().stream().noneMatch(String::isEmpty)) {
                List<String> wanted = condition.values().stream()
                        .flatMap(value -> written(condition.field(), value).stream())
                        .toList();
                texts.add(line -> wanted.stream().anyMatch(line::contains));
            }
        }
    }

    /** How a field with that value may stand in a line, read as one character a byte. */
    private static List<String> written(String field, String value) {
        String start = '"' + field + "\":";
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(value);
        return List.of(
                start + '"' + new String(quoted, ISO_8859_1) + '"',
                start + new String(value.getBytes(UTF_8), ISO_8859_1));
    }

    /** @param limit the newest so many, or fewer if they are large */
    static List<AuditRecord> find(Journal.View view, Query query, int limit) throws IOException {
        Search search = new Search(query);
        List<byte[]> found = new ArrayList<>();
        long bytes = 0;
        List<Segment> segments = view.segments();
        for (int i = segments.size() - 1; i >= 0 && found.size() < limit && bytes < MAX_BYTES; i--) {
            long end = i == segments.size() - 1 ? view.length() : Long.MAX_VALUE;
            Deque<byte[]> newest = search.newest(segments.get(i), end, limit - found.size(), MAX_BYTES - bytes);
            for (Iterator<byte[]> each = newest.descendingIterator(); each.hasNext(); ) {
                byte[] line = each.next();
                bytes += line.length;
                found.add(line);
            }
        }
        List<AuditRecord> records = new ArrayList<>(found.size());
        for (byte[] line : found) {
            records.add(JSON.readValue(line, AuditRecord.class));
        }
        return records;
    }

    private Deque<byte[]> newest(Segment segment, long end, int limit, long maxBytes) throws IOException {
        Deque<byte[]> newest = new ArrayDeque<>();
        long[] bytes = {0};
        segment.read(end, line -> {
            if (Line.seq(line).isPresent() && matches(line)) {
                newest.addLast(line);
                bytes[0] += line.length;
                while (newest.size() > limit || bytes[0] > maxBytes && newest.size() > 1) {
                    bytes[0] -= newest.removeFirst().length;
                }
            }
            return true;
        });
        return newest;
    }

    private boolean matches(byte[] line) {
        if (query.conditions().isEmpty() && query.from().isEmpty() && query.to().isEmpty()) {
            return true;
        }
        String text = new String(line, ISO_8859_1);
        for (Predicate<String> wanted : texts) {
            if (!wanted.test(text)) {
                return false;
            }
        }
        try {
            JsonNode record = JSON.readTree(line);
            return query.conditions().stream().allMatch(condition -> holds(condition, record)) && isInTime(record);
        } catch (IOException e) {
            return false; // the verifier tells of it
        }
    }

    private static boolean holds(Condition condition, JsonNode record) {
        String value = record.path(condition.field()).asText("");
        return condition.values().contains(value) != condition.negated();
    }

    private boolean isInTime(JsonNode record) {
        try {
            Instant time = Instant.parse(record.path("time").asText());
            return query.from().filter(time::isBefore).isEmpty()
                    && query.to().filter(to -> !time.isBefore(to)).isEmpty();
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}

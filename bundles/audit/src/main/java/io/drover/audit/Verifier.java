package io.drover.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.audit.AuditRecords.Anchor;
import io.drover.api.audit.AuditRecords.Finding;
import io.drover.api.audit.AuditRecords.Verification;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Walks along the chain and says where it is not as it was written. */
final class Verifier {

    private static final int MAX_FINDINGS = 100;

    private final MessageDigest digest = Line.digest();
    private final Optional<JsonNode> head;
    private final Optional<Anchor> known;
    private final List<Finding> findings = new ArrayList<>();

    /** Numbers that were jumped over, as the first and the last of each gap; some may come later, out of their place. */
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private long count;
    private long last;
    private byte[] hash;

    private Verifier(Optional<JsonNode> head, Optional<Anchor> known) {
        this.head = head;
        this.known = known;
    }

    static Verification verify(Journal.View view, Optional<JsonNode> head, Optional<Anchor> known) throws IOException {
        return new Verifier(head, known).verify(view);
    }

    private Verification verify(Journal.View view) throws IOException {
        List<Segment> segments = view.segments();
        long first = segments.isEmpty() ? view.first() : segments.get(0).first();
        if (head.isEmpty()) {
            find(0, "head.json is missing or can't be read, so nobody knows whether the chain is whole at its ends");
        }
        long expected = Math.min(
                view.first(), head.map(told -> told.path("first").asLong()).orElse(first));
        if (expected < first) {
            gaps.put(expected, first - 1);
        }
        last = first - 1;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            read(segment, i == segments.size() - 1 ? view.length() : Long.MAX_VALUE, i == 0);
        }
        long end = Math.max(
                view.tip().seq(), head.map(told -> told.path("seq").asLong()).orElse(0L));
        if (end > last) {
            gaps.put(last + 1, end);
        }
        tellGaps();
        if (findings.isEmpty()
                && hash != null
                && view.tip().seq() == last
                && !Arrays.equals(hash, view.tip().hash())) {
            find(last, "was replaced together with its hash: it is not what was written last");
        }
        known.filter(anchor -> anchor.seq() > last)
                .ifPresent(anchor -> find(anchor.seq(), "was there when its hash was noted, and is missing"));
        return new Verification(
                count, first, new Anchor(last, hash == null ? "" : Line.hex(hash)), List.copyOf(findings));
    }

    private void read(Segment segment, long end, boolean oldest) throws IOException {
        boolean[] atHeader = {true};
        segment.read(end, line -> {
            if (atHeader[0]) {
                atHeader[0] = false;
                byte[] previous = Journal.header(line);
                if (oldest) {
                    hash = previous;
                } else if (segment.first() == last + 1 && !Arrays.equals(previous, hash)) {
                    find(segment.first(), "does not follow from the one before: the file's header names another hash");
                }
            } else {
                read(line);
            }
            return true;
        });
    }

    private void read(byte[] line) {
        count++;
        OptionalLong number = Line.seq(line);
        byte[] told = Line.told(line);
        if (number.isEmpty() || told.length == 0) {
            find(last + 1, "was changed: it is no record any more");
            hash = null; // the next one can't be checked against it
            last++;
            return;
        }
        long seq = number.getAsLong();
        if (seq <= last) {
            boolean moved = fillGap(seq);
            find(seq, moved ? "is not in its place: it stands after " + last : "is there twice");
            return;
        }
        if (seq > last + 1) {
            gaps.put(last + 1, seq - 1);
            hash = null;
        }
        if (hash != null && !Arrays.equals(told, Line.right(digest, hash, line))) {
            find(seq, "was changed, or the one before it together with its hash");
        }
        tellKnown(seq, told);
        hash = told;
        last = seq;
    }

    private void tellKnown(long seq, byte[] told) {
        known.filter(anchor -> anchor.seq() == seq && !anchor.hash().equals(Line.hex(told)))
                .ifPresent(
                        anchor -> find(seq, "has another hash than was noted: the chain up to here was written anew"));
        head.filter(node -> node.path("seq").asLong() == seq
                        && !node.path("hash").asText().equals(Line.hex(told)))
                .ifPresent(node -> find(seq, "has another hash than head.json tells"));
    }

    /** Takes a number out of the gap it was missed in. */
    private boolean fillGap(long seq) {
        Map.Entry<Long, Long> gap = gaps.floorEntry(seq);
        if (gap == null || gap.getValue() < seq) {
            return false;
        }
        gaps.remove(gap.getKey());
        if (gap.getKey() < seq) {
            gaps.put(gap.getKey(), seq - 1);
        }
        if (seq < gap.getValue()) {
            gaps.put(seq + 1, gap.getValue());
        }
        return true;
    }

    private void tellGaps() {
        gaps.forEach(
                (from, to) -> find(from, from.equals(to) ? "is missing" : "is missing, and so are all up to " + to));
    }

    private void find(long seq, String problem) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(seq, problem));
        }
    }
}

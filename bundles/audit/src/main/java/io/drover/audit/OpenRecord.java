package io.drover.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What is known of a request, as it was told. Written by the request's threads one after the other, and read by the writing thread once
 * it is in the queue.
 */
final class OpenRecord implements AuditedCall {

    /** What the trail has to do with it. */
    interface Book {
        /** @param hasRoom whether room was kept for this one */
        void add(Queued.Moment moment, boolean hasRoom);

        /** The body, or without its bytes when too many of them wait. */
        Body keep(Body body);

        /** Whether another change can be kept. */
        boolean keepChange();
    }

    private enum Stage {
        OPEN,
        STARTED,
        ENDED
    }

    /** Of all of a request, in characters; there is no room for more. */
    private static final int MAX_ANNOTATIONS = 32 * 1024;

    private static final int MOST_NAMES = 100;

    private final Book book;
    private final Level level;
    private final boolean roomKept;
    final String id = AuditedCall.newId();
    final Instant time;
    final long begun = System.nanoTime();
    final String method;
    final String path;
    final String query;
    final String source;
    final List<String> userAgent;
    Caller caller;
    Caller actingAs;
    Decision decision;
    String provider;
    String loginName;
    String cluster;
    Supplier<JsonNode> before;
    Supplier<JsonNode> after;
    Map<String, String> annotations = Map.of();
    private int annotationLength;
    Set<String> secretFields = Set.of();
    int changes;

    /** Null unless several objects were changed. */
    List<String> names;

    Body requestBody;
    Body responseBody;
    private Stage stage = Stage.OPEN;

    OpenRecord(Book book, Level level, boolean roomKept, Instant time, RequestHead head) {
        this.book = book;
        this.level = level;
        this.roomKept = roomKept;
        this.time = time;
        this.method = head.method();
        this.path = head.path();
        this.query = head.query();
        this.source = head.remoteAddress();
        this.userAgent = head.headers().apply("User-Agent");
    }

    Level level() {
        return level;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void caller(Caller known) {
        caller = known;
    }

    @Override
    public void actingAs(Caller other) {
        actingAs = other;
    }

    @Override
    public void decided(Decision made) {
        decision = made;
    }

    @Override
    public void signsIn(String providerName, String name) {
        provider = providerName;
        loginName = name;
    }

    @Override
    public void cluster(String clusterId) {
        cluster = clusterId;
    }

    @Override
    public void changed(Supplier<JsonNode> was, Supplier<JsonNode> is) {
        changes++;
        if (changes == 1 && book.keepChange()) {
            before = was;
            after = is;
        } else if (changes > 1) {
            note(was, is);
        }
    }

    /** Of several objects names are kept, and not of all. */
    private void note(Supplier<JsonNode> was, Supplier<JsonNode> is) {
        if (names == null) {
            names = new ArrayList<>();
            if (before != null) {
                names.add(name(before, after));
            }
        }
        if (names.size() < MOST_NAMES) {
            names.add(name(was, is));
        }
    }

    private static String name(Supplier<JsonNode> was, Supplier<JsonNode> is) {
        JsonNode known = was.get() == null ? is.get() : was.get();
        JsonNode metadata = known == null ? MissingNode.getInstance() : known.path("metadata");
        String namespace = metadata.path("namespace").asText("");
        return (namespace.isEmpty() ? "" : namespace + "/")
                + metadata.path("name").asText("");
    }

    @Override
    public void secretFields(Set<String> names) {
        secretFields = Set.copyOf(names);
    }

    @Override
    public void annotated(String key, String value) {
        annotationLength += key.length() + value.length();
        if (annotationLength <= MAX_ANNOTATIONS) {
            annotations = new TreeMap<>(annotations);
            annotations.put(key, value);
        }
    }

    @Override
    public boolean wantsRequestBody() {
        return level.compareTo(Level.REQUEST) >= 0;
    }

    @Override
    public boolean wantsResponseBody() {
        return level.compareTo(Level.RESPONSE) >= 0;
    }

    @Override
    public void requestBody(Body body) {
        requestBody = book.keep(body);
    }

    @Override
    public void responseBody(Body body) {
        responseBody = book.keep(body);
    }

    @Override
    public synchronized void started(int status) {
        if (stage == Stage.OPEN) {
            stage = Stage.STARTED;
            book.add(new Queued.Moment(this, "started", status, System.nanoTime() - begun), roomKept);
        }
    }

    @Override
    public synchronized void ended(int status) {
        if (stage != Stage.ENDED) {
            boolean first = stage == Stage.OPEN;
            stage = Stage.ENDED;
            String name = first ? "complete" : "ended";
            book.add(new Queued.Moment(this, name, status, System.nanoTime() - begun), first && roomKept);
        }
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/** Gets and lists. */
final class Reading {

    private static final int PART = 64 * 1024;
    private static final String MATCH = "resourceVersionMatch";

    private final Store store;
    private final Pages pages = new Pages();

    Reading(Store store) {
        this.store = store;
    }

    Answer get(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Snapshot snapshot = store.now();
        long wanted = request.version().orElse(0L);
        if (wanted > snapshot.revision()) {
            throw Refusal.notThereYet(wanted, snapshot.revision());
        }
        Stored stored = snapshot.get(route.key()).orElseThrow(() -> Refusal.notFound(type, route.name()));
        return Answer.of(200, presentation.contentType(), presentation.one(stored));
    }

    Answer list(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Predicate<Stored> wanted = Selectors.of(request, type);
        boolean selective = request.parameter("labelSelector").isPresent()
                || request.parameter("fieldSelector").isPresent();
        checkOptions(request);
        // Clients that would read from a cache take everything at once.
        boolean cached =
                request.parameter("resourceVersion").filter("0"::equals).isPresent();
        long limit = cached ? 0 : Math.max(0, request.number("limit").orElse(0L));
        String prefix = type.prefix(route.namespace());

        Optional<String> token = request.parameter("continue");
        Snapshot snapshot = token.map(t -> pages.snapshot(t, store.now())).orElseGet(() -> atLeast(request));
        String after = token.map(t -> pages.after(t, prefix)).orElse(prefix);
        Iterator<Stored> all = token.isPresent() ? snapshot.below(prefix, after) : snapshot.below(prefix);
        if (limit == 0) {
            ObjectNode list = presentation.list();
            ObjectNode metadata = Json.child(list, "metadata");
            if (type.custom() && !presentation.isTable()) {
                metadata.put("continue", "");
            }
            metadata.put("resourceVersion", Long.toString(snapshot.revision()));
            return whole(presentation, list, matching(all, wanted));
        }
        List<Stored> page = new ArrayList<>();
        Iterator<Stored> matching = matching(all, wanted);
        while (page.size() < limit && matching.hasNext()) {
            page.add(matching.next());
        }
        ObjectNode list = presentation.list();
        ObjectNode metadata = Json.child(list, "metadata");
        metadata.put("resourceVersion", Long.toString(snapshot.revision()));
        if (matching.hasNext()) {
            String last = page.get(page.size() - 1).key();
            metadata.put("continue", pages.token(snapshot, last));
            if (!selective) {
                metadata.put("remainingItemCount", snapshot.countBelow(prefix, last));
            }
        }
        return whole(presentation, list, page.iterator());
    }

    private static void checkOptions(Request request) {
        String match = request.parameter("resourceVersionMatch").orElse("");
        String version = request.parameter("resourceVersion").orElse("");
        boolean continues = request.parameter("continue").isPresent();
        request.number("timeoutSeconds");
        List<Cause> causes = new ArrayList<>();
        if (request.isGiven("sendInitialEvents")) {
            causes.add(Cause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if (!match.isEmpty()) {
            if (version.isEmpty()) {
                causes.add(
                        Cause.forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (continues) {
                causes.add(Cause.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                causes.add(Cause.unsupported(MATCH, '"' + match + '"', List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && version.equals("0")) {
                causes.add(Cause.forbidden(
                        MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalidOptions("ListOptions", causes);
        }
        if (continues && !version.isEmpty() && !version.equals("0")) {
            throw Refusal.badRequest("specifying resource version is not allowed when using continue");
        }
    }

    private Snapshot atLeast(Request request) {
        Snapshot snapshot = store.now();
        Optional<String> match = request.parameter(MATCH);
        Optional<Long> version = request.version();
        if (version.isPresent() && version.get() > snapshot.revision()) {
            throw Refusal.notThereYet(version.get(), snapshot.revision());
        }
        if (match.filter("Exact"::equals).isPresent() && version.get() != snapshot.revision()) {
            return pages.snapshot(version.get())
                    .orElseThrow(() -> Refusal.expired("The provided resource version is no longer available"));
        }
        return snapshot;
    }

    static Iterator<Stored> matching(Iterator<Stored> all, Predicate<Stored> wanted) {
        return new Iterator<>() {
            private Stored next = find();

            private Stored find() {
                while (all.hasNext()) {
                    Stored candidate = all.next();
                    if (wanted.test(candidate)) {
                        return candidate;
                    }
                }
                return null;
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Stored next() {
                if (next == null) {
                    throw new NoSuchElementException();
                }
                Stored result = next;
                next = find();
                return result;
            }
        };
    }

    static Answer whole(Presentation presentation, ObjectNode list, Iterator<Stored> items) {
        String envelope = new String(Json.bytes(list), StandardCharsets.UTF_8);
        String start = envelope.substring(0, envelope.length() - 1) + ",\"" + presentation.itemsField() + "\":[";
        Iterator<ByteBuffer> parts = new Parts(start.getBytes(StandardCharsets.UTF_8), items, presentation);
        if (!presentation.isYaml()) {
            return Answer.streamed(200, Answer.JSON, parts);
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        parts.forEachRemaining(p -> json.write(p.array(), 0, p.remaining()));
        return Answer.of(200, presentation.contentType(), Json.yaml(Json.read(json.toByteArray())));
    }

    /** A list's JSON in parts of some size, made as they are taken. */
    private static final class Parts implements Iterator<ByteBuffer> {
        private final Iterator<Stored> items;
        private final Presentation presentation;
        private byte[] start;
        private boolean first = true;
        private boolean ended;

        Parts(byte[] start, Iterator<Stored> items, Presentation presentation) {
            this.start = start;
            this.items = items;
            this.presentation = presentation;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public ByteBuffer next() {
            ByteArrayOutputStream part = new ByteArrayOutputStream(PART + 4096);
            if (start != null) {
                part.writeBytes(start);
                start = null;
            }
            while (part.size() < PART && items.hasNext()) {
                if (!first) {
                    part.write(',');
                }
                first = false;
                part.writeBytes(presentation.item(items.next()));
            }
            if (!items.hasNext()) {
                part.write(']');
                part.write('}');
                ended = true;
            }
            return ByteBuffer.wrap(part.toByteArray());
        }
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Past;
import io.drover.apiserver.store.Revision;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Objects as they were, and how they came to be what they are. {@code ?asOf=} a revision or an RFC 3339 time on an object or a list tells
 * the former; {@code …/NAME/history} the latter, newest first, each step with a JSON patch and without secrets; {@code
 * …/NAME/history?from=&to=} the difference of two moments.
 */
final class TimeTravel {

    private static final String HISTORY = "history";
    private static final String API_VERSION = "drover.io/v1";
    private static final int STEPS = 50;
    private static final int MOST_STEPS = 500;

    private final Store store;
    private final Past past;

    TimeTravel(Store store) {
        this.store = store;
        this.past = store.past();
    }

    boolean concerns(Request request, Route route) {
        return request.isGiven("asOf") || route.subresource().equals(HISTORY);
    }

    Answer answer(Request request, Route route, String verb) {
        if (route.subresource().equals(HISTORY)) {
            if (!verb.equals("get")) {
                throw Refusal.methodNotAllowed(request.method());
            }
            boolean difference = request.isGiven("from") || request.isGiven("to");
            return json(difference ? difference(request, route) : history(request, route));
        }
        if (!route.subresource().isEmpty() || !(verb.equals("get") || verb.equals("list"))) {
            throw Refusal.badRequest("asOf is for getting and listing objects");
        }
        if (request.isGiven("resourceVersion") || request.isGiven("resourceVersionMatch")) {
            throw Refusal.badRequest("asOf and resourceVersion exclude each other");
        }
        return verb.equals("get") ? get(request, route) : list(request, route);
    }

    private Answer get(Request request, Route route) {
        Presentation presentation = Presentation.of(request, route.type());
        Stored stored = past.get(route.key(), revision(request, "asOf"))
                .orElseThrow(() -> Refusal.notFound(route.type(), route.name()));
        return Answer.of(200, presentation.contentType(), presentation.one(stored));
    }

    private Answer list(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Predicate<Stored> wanted = Selectors.of(request, type);
        long limit = request.number("limit").orElse(0L);
        String prefix = type.prefix(route.namespace());
        Optional<Place> place = request.parameter("continue").map(token -> Place.of(token, prefix));
        long revision = place.map(Place::revision).orElseGet(() -> revision(request, "asOf"));
        requireKept(revision);
        Iterator<Stored> matching =
                Reading.matching(past.below(prefix, place.map(Place::last).orElse(prefix), revision), wanted);
        ObjectNode list = presentation.list();
        ObjectNode metadata = Json.child(list, "metadata").put("resourceVersion", Long.toString(revision));
        if (limit == 0) {
            return Reading.whole(presentation, list, matching);
        }
        List<Stored> page = new ArrayList<>();
        while (page.size() < limit && matching.hasNext()) {
            page.add(matching.next());
        }
        if (matching.hasNext()) {
            metadata.put(
                    "continue", new Place(revision, page.get(page.size() - 1).key()).token());
        }
        return Reading.whole(presentation, list, page.iterator());
    }

    /** Where the next page of a list of the past begins. */
    private record Place(long revision, String last) {

        String token() {
            String text = "asOf " + revision + " " + last;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        static Place of(String token, String prefix) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                String[] parts = text.split(" ", 3);
                if (parts.length == 3 && parts[0].equals("asOf") && parts[2].startsWith(prefix)) {
                    return new Place(Long.parseLong(parts[1]), parts[2]);
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw Refusal.badRequest("continue key is not valid: it belongs to another list");
        }
    }

    /** The revision that a parameter names, by its number or by a moment. */
    private long revision(Request request, String parameter) {
        String text = request.parameter(parameter)
                .orElseThrow(() -> Refusal.badRequest("the parameter " + parameter + " is empty"));
        long revision = text.matches("\\d{1,18}") ? Long.parseLong(text) : revisionAt(text, parameter);
        if (revision > store.now().revision()) {
            throw Refusal.badRequest("revision " + revision + " is yet to come: the last one is "
                    + store.now().revision());
        }
        requireKept(revision);
        return revision;
    }

    private long revisionAt(String text, String parameter) {
        Instant time;
        try {
            // A plus sign in a query arrives as a space.
            time = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException e) {
            throw Refusal.badRequest("the parameter " + parameter
                    + " must be a revision or an RFC 3339 time such as 2026-01-31T12:00:00Z, not " + text);
        }
        if (time.isAfter(store.time())) {
            throw Refusal.badRequest(text + " is yet to come");
        }
        return past.revisionAt(time);
    }

    private void requireKept(long revision) {
        long floor = past.floor();
        if (revision < floor) {
            throw Refusal.expired("revision " + revision + " is no longer kept: the earliest one is " + floor);
        }
    }

    private ObjectNode history(Request request, Route route) {
        ResourceType type = route.type();
        long before = request.number("continue").orElse(Long.MAX_VALUE);
        int limit = (int) Math.min(request.number("limit").filter(l -> l > 0).orElse((long) STEPS), MOST_STEPS);
        List<Revision> revisions = past.history(route.key(), before, limit + 1);
        if (revisions.isEmpty()) {
            throw Refusal.notFound(type, route.name());
        }
        ObjectNode history = envelope("History", route);
        ArrayNode items = history.putArray("items");
        long floor = past.floor();
        for (int i = 0; i < Math.min(revisions.size(), limit); i++) {
            Optional<Revision> older = i + 1 < revisions.size() ? Optional.of(revisions.get(i + 1)) : Optional.empty();
            items.add(step(type, older, revisions.get(i), floor));
        }
        if (revisions.size() > limit) {
            Json.child(history, "metadata")
                    .put("continue", Long.toString(revisions.get(limit - 1).number()));
        }
        return history;
    }

    private static ObjectNode step(ResourceType type, Optional<Revision> older, Revision revision, long floor) {
        boolean there = revision.json().isPresent();
        boolean wasThere = older.isPresent() && older.get().json().isPresent();
        // What a revision up to the floor replaced has been forgotten.
        boolean known = older.isPresent() || revision.number() > floor;
        ObjectNode step = Json.object()
                .put("revision", Long.toString(revision.number()))
                .put("time", revision.time().toString())
                .put("change", !there ? "deleted" : wasThere ? "changed" : known ? "created" : "unknown")
                .put("user", revision.author().user())
                .put("sourceAddress", revision.author().source())
                .put("verb", revision.author().verb());
        if (there && known) {
            JsonNode before = wasThere ? shown(type, older.get().json().get()) : Json.object();
            step.set("patch", patch(type, before, shown(type, revision.json().get())));
        }
        return step;
    }

    private ObjectNode difference(Request request, Route route) {
        ResourceType type = route.type();
        long from = revision(request, "from");
        long to = request.isGiven("to") ? revision(request, "to") : store.now().revision();
        Optional<Stored> before = past.get(route.key(), from);
        Optional<Stored> after = past.get(route.key(), to);
        if (before.isEmpty() && after.isEmpty()) {
            throw Refusal.notFound(type, route.name());
        }
        ObjectNode difference = envelope("Difference", route);
        difference.put("from", Long.toString(from)).put("to", Long.toString(to));
        difference.put("change", before.isEmpty() ? "created" : after.isEmpty() ? "deleted" : "changed");
        JsonNode old = before.<JsonNode>map(s -> shown(type, s.json())).orElse(Json.object());
        if (after.isPresent()) {
            difference.set("patch", patch(type, old, shown(type, after.get().json())));
        }
        return difference;
    }

    private static ObjectNode envelope(String kind, Route route) {
        ObjectNode envelope = Json.object().put("kind", kind).put("apiVersion", API_VERSION);
        ObjectNode metadata = envelope.putObject("metadata").put("name", route.name());
        if (!route.namespace().isEmpty()) {
            metadata.put("namespace", route.namespace());
        }
        return envelope;
    }

    /** Without what changes with every write and says nothing. */
    private static ObjectNode shown(ResourceType type, byte[] json) {
        ObjectNode object = Json.read(json);
        ObjectNode served = type.rules().converts() ? type.rules().toServed(object) : object;
        if (served.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("resourceVersion", "managedFields"));
        }
        return served;
    }

    private static ArrayNode patch(ResourceType type, JsonNode before, JsonNode after) {
        ArrayNode patch = JsonDiff.between(before, after);
        Hiding.in(patch, type);
        return patch;
    }

    private static Answer json(ObjectNode answer) {
        return Answer.of(200, Answer.JSON, Json.bytes(answer));
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Removes events some time after they were last written. */
public final class EventExpiry extends Following implements Keepers.Keeper {

    private static final List<String> TOPICS = List.of(BuiltIns.EVENTS.topic());
    private static final int AT_ONCE = 5_000;
    private static final List<String> TIMES =
            List.of("/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp");

    private static final Author AUTHOR = new Author(Caller.SYSTEM.userId(), "", "expire");

    private final Store store;
    private final Duration keep;
    private final Clock clock;
    private final Map<String, Instant> written = new HashMap<>();
    private boolean restarting;

    public EventExpiry(Store store, Duration keep, Clock clock) {
        super(store, TOPICS);
        this.store = store;
        this.keep = keep;
        this.clock = clock;
    }

    @Override
    public List<String> topics() {
        return List.of(); // time alone makes events old
    }

    @Override
    public void look() throws InterruptedException {
        catchUp();
        Instant old = clock.instant().minus(keep);
        List<CompletableFuture<Stored>> removals = new ArrayList<>();
        for (Map.Entry<String, Instant> event : written.entrySet()) {
            if (event.getValue().isBefore(old) && removals.size() < AT_ONCE) {
                store.now()
                        .get(event.getKey())
                        .ifPresent(stored ->
                                removals.add(store.write(Write.remove(stored, Json.read(stored.json()), AUTHOR))));
            }
        }
        try {
            CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("old events could not be removed", e);
        }
    }

    @Override
    protected void restart() {
        written.clear();
        restarting = true;
    }

    @Override
    protected void take(Stored stored) {
        written.put(stored.key(), restarting ? lastTold(Json.read(stored.json())) : clock.instant());
    }

    @Override
    protected void drop(Stored last) {
        written.remove(last.key());
    }

    @Override
    protected void settle() {
        restarting = false;
    }

    private Instant lastTold(ObjectNode event) {
        Instant last = Instant.EPOCH;
        for (String at : TIMES) {
            JsonNode time = event.at(at);
            try {
                Instant instant = time.isTextual() ? Instant.parse(time.asText()) : Instant.EPOCH;
                last = instant.isAfter(last) ? instant : last;
            } catch (DateTimeParseException e) {
                // One of the others tells.
            }
        }
        return last;
    }
}

package io.drover.apiserver.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventExpiryTest {

    private static final Author AUTHOR = new Author("test", "", "create");

    @TempDir
    Path data;

    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private static String key(String name) {
        return BuiltIns.EVENTS.key("n", name);
    }

    private static void happens(Store store, String name, String time) throws Exception {
        ObjectNode event = Json.object();
        event.putObject("metadata").put("name", name).put("creationTimestamp", time);
        store.write(Write.create(key(name), event, null, AUTHOR)).get();
    }

    @Test
    void eventsGoSomeTimeAfterTheyWereLastWritten() throws Exception {
        try (Store store = Store.open(data, Duration.ofHours(1), Clock.systemUTC())) {
            happens(store, "old", "2026-01-01T10:59:00Z");
            happens(store, "young", "2026-01-01T11:30:00Z");
            EventExpiry expiry = new EventExpiry(store, Duration.ofHours(1), clock);

            expiry.look();
            assertThat(store.now().get(key("old"))).isEmpty();
            assertThat(store.now().get(key("young"))).isPresent();

            store.write(Write.replace(
                            store.now().get(key("young")).orElseThrow(),
                            Json.read(
                                    store.now().get(key("young")).orElseThrow().json()),
                            AUTHOR))
                    .get();
            expiry.look();
            now = now.plus(Duration.ofMinutes(59));
            expiry.look();
            assertThat(store.now().get(key("young"))).isPresent();
            now = now.plus(Duration.ofMinutes(2));
            expiry.look();
            assertThat(store.now().get(key("young"))).isEmpty();
        }
    }
}

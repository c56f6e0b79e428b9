package io.drover.apiserver.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} under 8 writers and 4 watchers. A few times unless {@code -Ddrover.crash.kills=200} says more.
 */
class CrashTest {

    private static final int KILLS = Integer.getInteger("drover.crash.kills", 10);
    private static final int WRITERS = 8;
    private static final int WATCHERS = 4;
    private static final int MOST_BETWEEN_KILLS = 400;

    @TempDir
    Path data;

    private final Api api = new Api();
    private final AtomicLong acknowledged = new AtomicLong();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void whatClientsSawIsWhatOneServerCouldHaveAnswered() throws Exception {
        Random random = new Random(KILLS);
        Victim victim = Victim.start(data);
        try {
            api.movedTo(victim.url());
            api.ask("POST", "/api/v1/namespaces", "application/json", "{\"metadata\":{\"name\":\"n\"}}");
            start(api.ask("GET", Api.OBJECTS, "application/json", "").revision());
            for (int kill = 0; kill < KILLS; kill++) {
                long until = acknowledged.get() + 1 + random.nextInt(MOST_BETWEEN_KILLS);
                await("writes before kill " + kill, () -> acknowledged.get() >= until);
                victim.close();
                long seen = watchers.stream().mapToLong(Watcher::last).max().orElseThrow();
                victim = Victim.start(data);
                api.movedTo(victim.url());
                assertThat(api.ask("GET", Api.OBJECTS, "application/json", "").revision())
                        .isGreaterThanOrEqualTo(seen);
            }
            writers.forEach(Writer::stop);
            for (Thread thread : threads.subList(0, WRITERS)) {
                thread.join(60_000);
                assertThat(thread.isAlive()).isFalse();
            }
            Api.Answer end = api.ask("GET", Api.OBJECTS, "application/json", "");
            // Written once more, so that there is something to wait for.
            long last = api.ask(
                            "POST",
                            Api.OBJECTS,
                            "application/json",
                            "{\"metadata\":{\"name\":\"end\"},\"data\":{\"v\":\"end\"}}")
                    .revision();
            for (Watcher watcher : watchers) {
                await("the last change", () -> watcher.last() >= last || watcher.failure() != null);
                watcher.stop();
            }
            check(end);
        } finally {
            victim.close();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
        }
        // The folder is whole, as its own checks see it.
        Store.open(data, Duration.ofHours(1), Clock.systemUTC()).close();
    }

    private void start(long revision) {
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer(api, i, acknowledged);
            writers.add(writer);
            threads.add(new Thread(writer, "writer-" + i));
        }
        for (int i = 0; i < WATCHERS; i++) {
            Watcher watcher = new Watcher(api, revision);
            watchers.add(watcher);
            threads.add(new Thread(watcher, "watcher-" + i));
        }
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void check(Api.Answer end) {
        List<Change> changes = List.copyOf(watchers.get(0).changes());
        for (Watcher watcher : watchers) {
            assertThat(watcher.failure()).isNull();
            assertThat(watcher.resumed()).isGreaterThan(KILLS);
            assertThat(List.copyOf(watcher.changes())).isEqualTo(changes);
        }
        Map<String, String> told = new HashMap<>();
        changes.forEach(change -> told.put(change.key(), change.value()));
        told.values().removeIf(value -> value == null);
        told.remove("end");
        Map<String, String> listed = new HashMap<>();
        for (JsonNode item : end.body().path("items")) {
            listed.put(item.at("/metadata/name").asText(), item.at("/data/v").asText());
        }
        assertThat(told).isEqualTo(listed);
        List<Operation> operations = new ArrayList<>();
        writers.forEach(writer -> operations.addAll(writer.operations()));
        System.out.println("kills=" + KILLS + " operations=" + operations.size() + " acknowledged=" + acknowledged
                + " changes=" + changes.size());
        assertThat(Linearizability.violations(operations, changes)).isEmpty();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}

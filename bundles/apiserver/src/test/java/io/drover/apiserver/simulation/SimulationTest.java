package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A failure tells its seed; {@code -Ddrover.simulation.seed=N} plays it alone and tells what happened. {@code
 * -Ddrover.simulation.seeds=100000} plays more, from the seed {@code -Ddrover.simulation.from=} on.
 */
class SimulationTest {

    private static final long ONE = Long.getLong("drover.simulation.seed", 0);
    private static final long FROM = Long.getLong("drover.simulation.from", 1);
    private static final int SEEDS = Integer.getInteger("drover.simulation.seeds", 1_000);
    private static final int MOST_TOLD = 5;

    @Test
    void whatMustHoldDoesInEveryOrderOfThings() throws Exception {
        ExecutorService players =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<String> failures = new ArrayList<>();
        AtomicLong relists = new AtomicLong();
        AtomicLong revisions = new AtomicLong();
        try {
            List<Future<String>> played = seeds().mapToObj(
                            seed -> players.submit(() -> failure(seed, relists, revisions)))
                    .toList();
            for (Future<String> one : played) {
                String failure = one.get(10, TimeUnit.MINUTES);
                if (!failure.isEmpty()) {
                    failures.add(failure);
                }
                assertThat(failures).as("failed seeds").hasSizeLessThan(MOST_TOLD);
            }
        } finally {
            players.shutdownNow();
        }
        assertThat(failures).as("failed seeds").isEmpty();
        // There was something to see.
        assertThat(relists.get()).isGreaterThan(seeds().count());
        assertThat(revisions.get()).isGreaterThan(100 * seeds().count());
    }

    private static LongStream seeds() {
        return ONE == 0 ? LongStream.range(FROM, FROM + SEEDS) : LongStream.of(ONE);
    }

    @Test
    void aSeedIsAlwaysTheSameStory() throws Exception {
        assertThat(fingerprint(4711)).isEqualTo(fingerprint(4711)).isNotEqualTo(fingerprint(4712));
    }

    private static long fingerprint(long seed) throws Exception {
        Path folder = folder();
        try (Scenario scenario = new Scenario(seed, folder)) {
            scenario.play();
            return scenario.world().fingerprint();
        } finally {
            remove(folder);
        }
    }

    /** Empty if it went well. */
    private static String failure(long seed, AtomicLong relists, AtomicLong revisions) throws Exception {
        Path folder = folder();
        try (Scenario scenario = new Scenario(seed, folder)) {
            try {
                scenario.play();
                relists.addAndGet(scenario.relists());
                revisions.addAndGet(scenario.revisions());
                return "";
            } catch (RuntimeException | AssertionError e) {
                return told(seed, scenario, e);
            }
        } finally {
            remove(folder);
        }
    }

    private static String told(long seed, Scenario scenario, Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        String story = ONE == 0 ? "" : "\n" + scenario.world().story();
        return "-Ddrover.simulation.seed=" + seed + " " + reason + story;
    }

    /** In memory where that is to be had: what a disk does when power fails is {@code CrashTest}'s business. */
    private static Path folder() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "drover-simulation")
                : Files.createTempDirectory("drover-simulation");
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.drover.controllers.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.controllers.shard.LeaseBook.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes over one book of leases, on one clock that the test turns. */
class ShardsTest {

    private static final Duration STEP = Duration.ofMillis(100);

    private final Book book = new Book();
    private final List<Process> processes = new ArrayList<>();
    private long now = 1_000;

    @Test
    void oneAloneHasAll() {
        Process alone = process("a");

        pass(Duration.ofSeconds(1));

        assertThat(alone.owned()).hasSize(Shards.COUNT);
    }

    @Test
    void twoShareFairlyWithinSeconds() {
        Process first = process("a");
        pass(Duration.ofSeconds(3));
        Process second = process("b");

        pass(Duration.ofSeconds(4));

        assertThat(first.owned()).hasSize(Shards.COUNT / 2);
        assertThat(second.owned()).hasSize(Shards.COUNT / 2);
        assertThat(first.owned()).doesNotContainAnyElementsOf(second.owned());
    }

    @Test
    void whatADeadOneHadIsTakenWithinEightSeconds() {
        Process first = process("a");
        Process second = process("b");
        pass(Duration.ofSeconds(10));

        first.dead = true;
        pass(Duration.ofSeconds(8));

        assertThat(second.owned()).hasSize(Shards.COUNT);
    }

    @Test
    void whatOneThatLeavesHadIsTakenAtOnce() {
        Process first = process("a");
        Process second = process("b");
        pass(Duration.ofSeconds(10));

        first.shards.leave();
        first.dead = true;
        pass(Duration.ofSeconds(2));

        assertThat(second.owned()).hasSize(Shards.COUNT);
    }

    @Test
    void oneThatCannotRenewStopsBeforeAnybodyTakesOver() {
        Process first = process("a");
        pass(Duration.ofSeconds(3));
        process("b");
        pass(Duration.ofSeconds(5));

        first.cutOff = true;
        pass(Duration.ofSeconds(4));

        assertThat(first.owned()).isEmpty();
        assertThat(first.gains).hasSizeGreaterThanOrEqualTo(1);

        // and begins again when it can
        first.cutOff = false;
        pass(Duration.ofSeconds(15));
        assertThat(first.owned()).hasSize(Shards.COUNT / 2);
    }

    @Test
    void aShardThatSomebodyIsBusyWithIsGivenBackOnlyWhenHeIsDone() {
        Process first = process("a");
        pass(Duration.ofSeconds(2));
        first.busy = true;
        Process second = process("b");

        pass(Duration.ofSeconds(5));
        assertThat(first.owned()).hasSize(Shards.COUNT / 2);
        assertThat(second.owned()).isEmpty();

        first.busy = false;
        pass(Duration.ofSeconds(3));
        assertThat(second.owned()).hasSize(Shards.COUNT / 2);
    }

    @Test
    void aQuietSystemWritesOneLeaseEveryTwoSecondsAProcess() {
        process("a");
        process("b");
        pass(Duration.ofSeconds(20));
        int before = book.writes;

        pass(Duration.ofSeconds(20));

        assertThat(book.writes - before).isBetween(10, 22);
    }

    /** Processes that come, die, hang and are cut off, at random: {@link #pass} looks after every step that no shard is two processes'. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noShardIsEverTwoProcesses(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            long living = processes.stream().filter(p -> !p.dead).count();
            int what = random.nextInt(10);
            if (what == 0 && living < 4) {
                process("p" + i);
            } else if (living > 0) {
                Process one = processes.stream()
                        .filter(p -> !p.dead)
                        .skip(random.nextInt((int) living))
                        .findFirst()
                        .orElseThrow();
                switch (what) {
                    case 1 -> one.dead = true;
                    case 2 -> one.cutOff = !one.cutOff;
                    case 3 -> one.hangsUntil =
                            now + Duration.ofMillis(random.nextInt(12_000)).toNanos();
                    case 4 -> one.busy = !one.busy;
                    default -> {}
                }
            }
            pass(Duration.ofMillis(random.nextInt(1_500)));
        }
        processes.forEach(p -> {
            p.cutOff = false;
            p.busy = false;
        });
        Process last = process("last");
        pass(Duration.ofSeconds(40));

        Set<Integer> all = new HashSet<>();
        processes.forEach(p -> all.addAll(p.owned()));
        assertThat(all).hasSize(Shards.COUNT);
        assertThat(last.owned()).isNotEmpty();
    }

    private Process process(String name) {
        Process process = new Process(name);
        processes.add(process);
        return process;
    }

    private void pass(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            now += STEP.toNanos();
            processes.forEach(Process::step);
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                int one = shard;
                assertThat(processes.stream()
                                .filter(p -> p.owned().contains(one))
                                .map(p -> p.name))
                        .as("holders of shard %s", one)
                        .hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    /** A process as its book and its work see it. */
    private final class Process implements LeaseBook, Shards.Work {

        private final String name;
        private final Shards shards;
        private final List<Set<Integer>> gains = new ArrayList<>();
        private long nextTick;
        private long hangsUntil;
        private boolean dead;
        private boolean cutOff;
        private boolean busy;

        Process(String name) {
            this.name = name;
            this.shards = new Shards(name, this, () -> now, this);
        }

        void step() {
            if (dead || now < nextTick || now < hangsUntil) {
                return;
            }
            nextTick = now + Shards.TICK.toNanos();
            try {
                shards.tick();
            } catch (DroverException e) {
                // as its timer does
            }
        }

        Set<Integer> owned() {
            Set<Integer> owned = new HashSet<>();
            IntStream.range(0, Shards.COUNT).filter(shards::has).forEach(owned::add);
            return dead ? Set.of() : owned;
        }

        @Override
        public List<Entry> list() {
            requireConnection();
            return List.copyOf(book.entries.values());
        }

        @Override
        public Optional<Entry> write(Entry before, String holder) {
            requireConnection();
            return book.write(before, holder);
        }

        @Override
        public void remove(Entry before) {
            requireConnection();
            book.entries.remove(before.name(), before);
        }

        private void requireConnection() {
            if (cutOff) {
                throw DroverException.unavailable("cut off");
            }
        }

        @Override
        public void gained(Set<Integer> gained) {
            gains.add(gained);
        }

        @Override
        public void lost(Set<Integer> lost) {
            assertThat(owned()).doesNotContainAnyElementsOf(lost);
        }

        @Override
        public boolean isIdle(int shard) {
            return !busy;
        }
    }

    private static final class Book {

        private final Map<String, Entry> entries = new HashMap<>();
        private int writes;

        Optional<Entry> write(Entry before, String holder) {
            Entry known = entries.get(before.name());
            if (!before.version().equals(known == null ? "" : known.version())) {
                return Optional.empty();
            }
            Entry written = new Entry(before.name(), holder, Integer.toString(++writes));
            entries.put(written.name(), written);
            return Optional.of(written);
        }
    }
}

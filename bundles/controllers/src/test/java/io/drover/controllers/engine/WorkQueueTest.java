package io.drover.controllers.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkQueueTest {

    private static final ObjectKey A = new ObjectKey(null, "a");
    private static final ObjectKey B = new ObjectKey(null, "b");

    private final ManualTimers timers = new ManualTimers();

    private WorkQueue queue(int slots) {
        return new WorkQueue(slots, timers, new DelayPolicy(new Random(1)), () -> {});
    }

    @Test
    void neverGivesOneKeyTwiceAtOnceAndGivesItAgainWhenItChangedMeanwhile() {
        WorkQueue queue = queue(4);
        WorkQueue.Lane lane = queue.open("clusters");
        lane.add(A);
        WorkQueue.Turn first = queue.take().orElseThrow();

        lane.add(A);
        lane.add(A);
        assertThat(queue.take()).isEmpty();

        queue.finish(first, new Next.Rest());
        WorkQueue.Turn second = queue.take().orElseThrow();
        assertThat(second.key()).isEqualTo(A);
        queue.finish(second, new Next.Rest());
        assertThat(queue.take()).isEmpty();
    }

    @Test
    void waitsLongerAfterEachFailureUpToFiveMinutesAndForgetsThemAfterASuccess() {
        WorkQueue queue = queue(1);
        WorkQueue.Lane lane = queue.open("clusters");
        lane.add(A);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            queue.finish(queue.take().orElseThrow(), new Next.BackOff());
            long before = timers.nowMillis();
            Optional<WorkQueue.Turn> turn = Optional.empty();
            while (turn.isEmpty()) {
                timers.advance(Duration.ofMillis(100));
                turn = queue.take();
            }
            waits.add(timers.nowMillis() - before);
            lane.add(A); // keeps the queue's turn and makes the next loop take it at once
            queue.finish(turn.get(), new Next.BackOff());
        }
        assertThat(waits.get(0)).isBetween(800L, 1_000L);
        assertThat(waits.get(1)).isGreaterThan(waits.get(0));
        assertThat(waits.get(11)).isBetween(240_000L, 300_000L);

        queue.finish(queue.take().orElseThrow(), new Next.Rest());
        assertThat(lane.failures(A)).isZero();
    }

    @Test
    void letsAChangeCutAWaitShort() {
        WorkQueue queue = queue(1);
        WorkQueue.Lane lane = queue.open("clusters");
        lane.add(A);
        queue.finish(queue.take().orElseThrow(), new Next.After(Duration.ofHours(1)));
        assertThat(queue.take()).isEmpty();

        lane.add(A);

        assertThat(queue.take()).isPresent();
        assertThat(timers.pending()).isZero();
    }

    @Test
    void keepsAHangingReconcilerFromTakingAllSlots() {
        WorkQueue queue = queue(4);
        WorkQueue.Lane hanging = queue.open("hanging");
        WorkQueue.Lane other = queue.open("other");
        for (int i = 0; i < 10; i++) {
            hanging.add(new ObjectKey(null, "h" + i));
        }
        int taken = 0;
        while (queue.take().isPresent()) {
            taken++;
        }
        assertThat(taken).isEqualTo(3);

        other.add(B);
        assertThat(queue.take().orElseThrow().lane()).isSameAs(other);
    }

    @Test
    void takesTurnsBetweenReconcilers() {
        WorkQueue queue = queue(1);
        WorkQueue.Lane busy = queue.open("busy");
        WorkQueue.Lane quiet = queue.open("quiet");
        for (int i = 0; i < 100; i++) {
            busy.add(new ObjectKey(null, "k" + i));
        }
        quiet.add(A);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WorkQueue.Turn turn = queue.take().orElseThrow();
            order.add(turn.lane().name());
            queue.finish(turn, new Next.Rest());
        }
        assertThat(order).contains("quiet");
    }

    @Test
    void givesNothingOfAClosedLane() {
        WorkQueue queue = queue(2);
        WorkQueue.Lane lane = queue.open("clusters");
        lane.add(A);
        WorkQueue.Turn running = queue.take().orElseThrow();
        lane.add(B);

        lane.close();
        lane.add(A);
        queue.finish(running, new Next.After(Duration.ofSeconds(1)));
        timers.advance(Duration.ofMinutes(10));

        assertThat(queue.take()).isEmpty();
        assertThat(timers.pending()).isZero();
    }

    /** Random lanes, changes, results and time; what must hold is checked at each step, and nothing may be forgotten at the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 4711, 20261121})
    void losesNothingAndDoublesNothingWhateverHappens(long seed) {
        Random random = new Random(seed);
        WorkQueue queue = new WorkQueue(5, timers, new DelayPolicy(random), () -> {});
        List<WorkQueue.Lane> lanes = List.of(queue.open("a"), queue.open("b"), queue.open("c"));
        List<WorkQueue.Turn> running = new ArrayList<>();
        Map<WorkQueue.Turn, Integer> changed = new HashMap<>();
        Map<WorkQueue.Turn, Integer> seen = new HashMap<>();
        Set<WorkQueue.Turn> known = new HashSet<>();

        for (int step = 0; step < 5_000; step++) {
            int what = random.nextInt(10);
            if (what < 4) {
                WorkQueue.Lane lane = lanes.get(random.nextInt(lanes.size()));
                WorkQueue.Turn turn = new WorkQueue.Turn(lane, new ObjectKey(null, "k" + random.nextInt(20)));
                changed.merge(turn, 1, Integer::sum);
                known.add(turn);
                lane.add(turn.key());
            } else if (what < 7) {
                queue.take().ifPresent(turn -> {
                    assertThat(running).doesNotContain(turn).hasSizeLessThan(5);
                    seen.put(turn, changed.get(turn));
                    running.add(turn);
                });
            } else if (what < 9 && !running.isEmpty()) {
                queue.finish(running.remove(random.nextInt(running.size())), randomNext(random));
            } else {
                timers.advance(Duration.ofMillis(random.nextInt(2_000)));
            }
        }
        running.forEach(turn -> queue.finish(turn, new Next.Rest()));
        for (Optional<WorkQueue.Turn> turn = queue.take(); turn.isPresent(); turn = queue.take()) {
            seen.put(turn.get(), changed.get(turn.get()));
            queue.finish(turn.get(), new Next.Rest());
        }
        known.forEach(turn -> assertThat(seen.get(turn)).isEqualTo(changed.get(turn)));
    }

    private static Next randomNext(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Next.Rest();
            case 1 -> new Next.After(Duration.ofMillis(random.nextInt(5_000)));
            default -> new Next.BackOff();
        };
    }
}

package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testkit.Eventually;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignInPoolTest {

    private static final int THREADS = 2;

    private final SignInPool pool = new SignInPool("test");
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(THREADS);
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final AtomicInteger turnedAway = new AtomicInteger();

    @BeforeEach
    void bothThreadsAreBusy() throws InterruptedException {
        for (int i = 0; i < THREADS; i++) {
            send("first", "first");
        }
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void close() {
        open.countDown();
        pool.close();
        callers.shutdownNow();
    }

    @Test
    void servesANewSourceAfterOneAttemptOfEachOther() throws Exception {
        for (int source = 0; source < 10; source++) {
            for (int i = 0; i < 4; i++) {
                send("flood-" + source, "flood");
            }
        }
        Eventually.until("all wait", () -> pool.waiting() == 40);

        Future<Optional<String>> late = send("late", "late");
        Eventually.until("the late one waits too", () -> pool.waiting() == 41);
        open.countDown();

        assertThat(late.get(10, TimeUnit.SECONDS)).contains("late");
        // The first two, one of each flooding source, and what the other thread takes meanwhile.
        assertThat(served.indexOf("late")).isLessThanOrEqualTo(THREADS + 10 + THREADS);
    }

    @Test
    void turnsAwayTheLoudestWhenAllPlacesAreTaken() throws Exception {
        for (int source = 0; source < 64; source++) {
            for (int i = 0; i < 4; i++) {
                send("flood-" + source, "flood");
            }
        }
        Eventually.until("all wait", () -> pool.waiting() == 256);

        Future<Optional<String>> late = send("late", "late");

        Eventually.until("one of the others is turned away", () -> turnedAway.get() == 1);
        open.countDown();
        assertThat(late.get(10, TimeUnit.SECONDS)).contains("late");
    }

    @Test
    void takesFewOfOneSource() {
        for (int i = 0; i < 100; i++) {
            send("one", "one");
        }

        Eventually.until("all but four are turned away at once", () -> turnedAway.get() == 96);
    }

    private Future<Optional<String>> send(String source, String word) {
        return callers.submit(() -> {
            Optional<String> answer = pool.run(source, () -> {
                held.countDown();
                open.await(10, TimeUnit.SECONDS);
                served.add(word);
                return word;
            });
            if (answer.isEmpty()) {
                turnedAway.incrementAndGet();
            }
            return answer;
        });
    }
}

package io.drover.apiserver.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FollowingTest {

    private static final String TOPIC = "/core/configmaps/";

    @TempDir
    Path data;

    /** Takes an object in when it may. */
    private static final class Slow extends Following {

        final Set<String> keys = ConcurrentHashMap.newKeySet();
        final CountDownLatch taking = new CountDownLatch(1);
        final CountDownLatch mayTake = new CountDownLatch(1);

        Slow(Store store) {
            super(store, List.of(TOPIC));
        }

        Set<String> keys() {
            catchUp();
            return keys;
        }

        @Override
        protected void restart() {
            keys.clear();
        }

        @Override
        protected void take(Stored object) {
            taking.countDown();
            try {
                mayTake.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            keys.add(object.key());
        }

        @Override
        protected void drop(Stored last) {
            keys.remove(last.key());
        }
    }

    @Test
    void whoAsksWhileAnotherTakesAChangeInWaitsForIt() throws Exception {
        try (Store store = Store.open(data, Duration.ofHours(1), Clock.systemUTC())) {
            var following = new Slow(store);
            following.keys();
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.putObject("metadata");
            store.write(Write.create(TOPIC + "a", object, null, new Author("me", "192.0.2.1", "create")))
                    .get();
            var first = new Thread(following::keys);
            first.start();
            following.taking.await();

            var second = new Thread(() -> assertThat(following.keys()).containsExactly(TOPIC + "a"));
            Throwable[] failure = new Throwable[1];
            second.setUncaughtExceptionHandler((thread, thrown) -> failure[0] = thrown);
            second.start();
            while (second.getState() != Thread.State.BLOCKED && second.isAlive()) {
                Thread.onSpinWait();
            }
            following.mayTake.countDown();
            second.join();
            first.join();

            assertThat(failure[0]).isNull();
        }
    }
}

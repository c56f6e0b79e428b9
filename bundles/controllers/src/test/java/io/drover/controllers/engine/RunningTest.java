package io.drover.controllers.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.model.Cluster;
import io.drover.api.model.Condition;
import io.drover.api.model.Setting;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.drover.testkit.InMemoryPlane;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reconciler, the queue and the management plane together, on the test's own thread and time. */
class RunningTest {

    private final InMemoryPlane plane = new InMemoryPlane();
    private final ManualTimers timers = new ManualTimers();
    private final WorkQueue queue = new WorkQueue(1, timers, new DelayPolicy(new Random(1)), () -> {});

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void doesNotLetItsOwnWritesWakeAFailingObjectOutOfItsBackOff() throws Exception {
        Running<Cluster> running = start(new FailingDifferentlyEachTime());
        plane.objects(Cluster.class).create(Resource.named("c-1", new Cluster(Cluster.ClusterSpec.named("one"), null)));
        plane.settle();

        takeNext(running);
        plane.settle();
        assertThat(shown().message()).startsWith("Refused by port 1");
        assertThat(queue.take()).isEmpty();

        timers.advance(Duration.ofSeconds(1));
        takeNext(running);
        plane.settle();
        assertThat(shown().message()).startsWith("Refused by port 2");
        assertThat(queue.take()).isEmpty();
    }

    @Test
    void looksAtOnceAtAFailingObjectThatSomebodyChanged() throws Exception {
        Running<Cluster> running = start(new FailingDifferentlyEachTime());
        plane.objects(Cluster.class).create(Resource.named("c-1", new Cluster(Cluster.ClusterSpec.named("one"), null)));
        plane.settle();
        takeNext(running);

        plane.objects(Cluster.class)
                .edit(
                        "c-1",
                        found ->
                                found.with(value -> new Cluster(Cluster.ClusterSpec.named("another"), value.status())));
        plane.settle();

        takeNext(running);
        assertThat(shown().message()).startsWith("Refused by port 2");
    }

    @Test
    void showsWhatHoldsThoughTheInformerLagsBehindItsOwnWrites() throws Exception {
        Waiting reconciler = new Waiting();
        Running<Cluster> running = start(reconciler);
        plane.objects(Cluster.class).create(Resource.named("c-1", new Cluster(Cluster.ClusterSpec.named("one"), null)));
        plane.settle();
        reconciler.cause = "The agent has to register";
        takeNext(running);
        plane.settle();

        // given an informer that is held up while the driver goes and comes back
        CountDownLatch released = new CountDownLatch(1);
        plane.watched(Setting.class).listen(new HoldsUp(released));
        plane.objects(Setting.class).create(Resource.named("any", new Setting("", "", false, "default")));
        reconciler.cause = "The driver is away";
        running.one("c-1");
        takeNext(running);
        reconciler.cause = "The agent has to register";
        running.one("c-1");
        takeNext(running);

        assertThat(shown().message()).startsWith("The agent has to register");
        released.countDown();
    }

    @Test
    void spendsNothingOnObjectsAtRest() throws Exception {
        Running<Cluster> running = start(new AtRest());
        for (int i = 0; i < 1_000; i++) {
            plane.objects(Cluster.class)
                    .create(Resource.named("c-" + i, new Cluster(Cluster.ClusterSpec.named("quiet"), null)));
        }
        plane.settle();
        for (int i = 0; i < 1_000; i++) {
            takeNext(running);
        }
        plane.settle();

        timers.advance(Duration.ofHours(1));

        assertThat(queue.take()).isEmpty();
        assertThat(timers.pending()).isZero();
    }

    private Running<Cluster> start(Reconciler<Cluster> reconciler) {
        Running<Cluster> running = new Running<>(reconciler, plane, queue, key -> true, Clock.systemUTC());
        running.start(reconciler);
        return running;
    }

    private void takeNext(Running<Cluster> running) throws InterruptedException {
        WorkQueue.Turn turn = queue.take().orElseThrow();
        queue.finish(turn, running.take(turn.key()));
    }

    private Condition shown() {
        Cluster cluster = plane.objects(Cluster.class).get("c-1").orElseThrow().value();
        return Condition.find(cluster.status().conditions(), "Reconciled").orElseThrow();
    }

    private static final class FailingDifferentlyEachTime implements Reconciler<Cluster> {
        private int calls;

        @Override
        public Class<Cluster> kind() {
            return Cluster.class;
        }

        @Override
        public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
            throw DroverException.unavailable("Refused by port " + ++calls);
        }
    }

    private static final class Waiting implements Reconciler<Cluster> {
        private String cause;

        @Override
        public Class<Cluster> kind() {
            return Cluster.class;
        }

        @Override
        public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
            return Outcome.<Cluster>done().waiting(cause, "user", Duration.ZERO, "It goes on by itself");
        }
    }

    private static final class AtRest implements Reconciler<Cluster> {
        @Override
        public Class<Cluster> kind() {
            return Cluster.class;
        }

        @Override
        public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
            return Outcome.done();
        }
    }

    private record HoldsUp(CountDownLatch until) implements Watched.Listener<Setting> {
        @Override
        public void changed(Optional<Resource<Setting>> before, Resource<Setting> after) {
            try {
                until.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void deleted(Resource<Setting> last) {}
    }
}

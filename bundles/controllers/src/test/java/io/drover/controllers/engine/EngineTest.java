package io.drover.controllers.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.model.Cluster;
import io.drover.api.model.Condition;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {

    private static final String FINALIZER = "test/finalizer";

    private final InMemoryPlane plane = new InMemoryPlane();
    private final Engine engine = new Engine(plane);

    @AfterEach
    void stop() {
        engine.deactivate();
        plane.close();
    }

    private void create(String name) {
        plane.objects(Cluster.class).create(Resource.named(name, new Cluster(Cluster.ClusterSpec.named(name), null)));
    }

    private static Optional<Condition> reconciled(Resource<Cluster> cluster) {
        return Condition.find(cluster.value().status().conditions(), "Reconciled");
    }

    private Resource<Cluster> seen(java.util.function.Predicate<Condition> wanted) throws Exception {
        return Await.seen(plane, Cluster.class, cluster -> reconciled(cluster)
                .map(wanted::test)
                .orElse(false));
    }

    @Test
    void showsWhatIsWaitedForWithItsOwnerAndNextActionAndWritesItOnce() throws Exception {
        CountDownLatch calls = new CountDownLatch(10);
        engine.bindReconciler(new Each(cluster -> {
            calls.countDown();
            return Outcome.<Cluster>done()
                    .waiting("AWS is creating it", "eks", Duration.ofMillis(10), "Its driver looks again");
        }));
        create("c-1");

        Resource<Cluster> shown = seen(condition -> condition.status().equals("Unknown"));

        assertThat(reconciled(shown).orElseThrow().message())
                .startsWith("AWS is creating it. Its driver looks again (up to: eks, since 20");
        assertThat(calls.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(plane.objects(Cluster.class)
                        .get("c-1")
                        .orElseThrow()
                        .metadata()
                        .getResourceVersion())
                .isEqualTo(shown.metadata().getResourceVersion());
    }

    @Test
    void showsARefusalAndLetsTheObjectRestUntilItChanges() throws Exception {
        LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
        engine.bindReconciler(new Each(cluster -> {
            String name = cluster.value().spec().displayName();
            calls.add(name);
            if (name.equals("c-1")) {
                throw DroverException.rejected("Such a cluster can't be");
            }
            return Outcome.done();
        }));
        create("c-1");

        Resource<Cluster> shown = seen(condition -> condition.status().equals("False"));
        assertThat(reconciled(shown).orElseThrow().reason()).isEqualTo("Error");
        assertThat(reconciled(shown).orElseThrow().message()).isEqualTo("Such a cluster can't be");

        plane.objects(Cluster.class)
                .edit(
                        "c-1",
                        found -> found.with(value -> new Cluster(Cluster.ClusterSpec.named("better"), value.status())));

        seen(Condition::isTrue);
        assertThat(calls).containsExactly("c-1", "better");
    }

    @Test
    void keepsAnObjectUntilItsFinalizerIsDone() throws Exception {
        AtomicInteger finalised = new AtomicInteger();
        engine.bindReconciler(new Each(cluster -> Outcome.done()) {
            @Override
            public String finalizer() {
                return FINALIZER;
            }

            @Override
            public Outcome<Cluster> finalise(Resource<Cluster> cluster) {
                return finalised.incrementAndGet() < 3
                        ? Outcome.<Cluster>done().waiting("Still there", "cloud", Duration.ofMillis(5), "Look again")
                        : Outcome.done();
            }
        });
        create("c-1");
        Await.seen(plane, Cluster.class, cluster -> cluster.metadata()
                .getFinalizers()
                .contains(FINALIZER));

        plane.objects(Cluster.class).delete("c-1");

        Await.gone(plane, Cluster.class, null, "c-1");
        assertThat(finalised).hasValue(3);
    }

    @Test
    void interruptsTheCallsOfAReconcilerThatGoesAndShowsNoFailure() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Each hanging = new Each(cluster -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IllegalStateException(e);
            }
            return Outcome.done();
        });
        engine.bindReconciler(hanging);
        create("c-1");
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        engine.unbindReconciler(hanging);

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reconciled(plane.objects(Cluster.class).get("c-1").orElseThrow()))
                .isEmpty();
    }

    @Test
    void looksAtObjectsThatSomethingElseWakes() throws Exception {
        LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Wakes> wakes = new LinkedBlockingQueue<>();
        engine.bindReconciler(
                new Each(cluster -> {
                    calls.add(cluster.name());
                    return Outcome.done();
                }) {
                    @Override
                    public void wokenBy(Wakes given) {
                        wakes.add(given);
                    }
                });
        create("c-1");
        create("c-2");
        Wakes given = wakes.poll(20, TimeUnit.SECONDS);
        assertThat(java.util.List.of(next(calls), next(calls))).containsExactlyInAnyOrder("c-1", "c-2");

        given.one("c-2");
        assertThat(next(calls)).isEqualTo("c-2");
        given.one("nobody");
        given.all();
        assertThat(java.util.List.of(next(calls), next(calls))).containsExactlyInAnyOrder("c-1", "c-2");
    }

    private static String next(LinkedBlockingQueue<String> calls) throws InterruptedException {
        return calls.poll(20, TimeUnit.SECONDS);
    }

    private static class Each implements Reconciler<Cluster> {

        private interface Step {
            Outcome<Cluster> take(Resource<Cluster> cluster);
        }

        private final Step step;

        Each(Step step) {
            this.step = step;
        }

        @Override
        public Class<Cluster> kind() {
            return Cluster.class;
        }

        @Override
        public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
            return step.take(cluster);
        }
    }
}

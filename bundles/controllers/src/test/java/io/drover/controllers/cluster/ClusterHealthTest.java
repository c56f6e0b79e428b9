package io.drover.controllers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.control.Outcome;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.Condition;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {

    private static final String ID = "c-abcde";

    private final InMemoryPlane plane = new InMemoryPlane();
    private final FakeClusters clusters = new FakeClusters();
    private final FakeDownstream downstream = new FakeDownstream();
    private final TurnedByHand clock = new TurnedByHand();
    private final ClusterHealth health = new ClusterHealth(plane, clusters, id -> downstream, clock, new Random(1));

    @BeforeEach
    void registered() {
        ClusterStatus status = new Cluster(null, null)
                .status()
                .withEndpoint("https://10.43.0.1:443", "", "secret", false)
                .withCondition(Condition.yes(ClusterConditions.ACCESS));
        plane.objects(Cluster.class).create(Resource.named(ID, new Cluster(ClusterSpec.named("lab"), status)));
        clusters.connect(ID);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    /** One step, shown as the engine would. */
    private Outcome<Cluster> step() {
        Outcome<Cluster> outcome =
                health.reconcile(plane.objects(Cluster.class).get(ID).orElseThrow());
        outcome.show().ifPresent(change -> plane.objects(Cluster.class).edit(ID, found -> found.with(change)));
        return outcome;
    }

    private String ready() {
        List<Condition> conditions = plane.objects(Cluster.class)
                .get(ID)
                .orElseThrow()
                .value()
                .status()
                .conditions();
        return Condition.find(conditions, "Ready").map(Condition::status).orElse("absent");
    }

    @Test
    void looksAtAConnectedClusterEvery15To30SecondsAndNotBetween() {
        Duration next = step().lookAgainIn();
        assertThat(next).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));

        clock.advance(next.minusMillis(1));
        step();
        assertThat(downstream.looks).hasValue(1);

        clock.advance(Duration.ofMillis(1));
        step();
        assertThat(downstream.looks).hasValue(2);
    }

    @Test
    void showsAFailingClusterOnlyWhenItFailsThriceInARow() {
        step();
        assertThat(ready()).isEqualTo("True");

        downstream.failure = "500 from /readyz";
        clock.advance(Duration.ofSeconds(30));
        for (int look = 1; look <= 2; look++) {
            clock.advance(step().lookAgainIn());
            assertThat(ready()).isEqualTo("True");
        }
        step();
        assertThat(ready()).isEqualTo("False");

        downstream.failure = "";
        clock.advance(Duration.ofSeconds(5));
        step();
        assertThat(ready()).isEqualTo("True");
    }

    @Test
    void asksNothingOfAClusterThatIsNotConnectedAndSetsNoTimer() {
        clusters.disconnect(ID, "since 14:00");

        Outcome<Cluster> outcome = step();

        assertThat(outcome.lookAgainIn()).isZero();
        assertThat(downstream.looks).hasValue(0);
        assertThat(ready()).isEqualTo("False");
    }

    @Test
    void isNotReadyBeforePeoplesRightsAreSet() {
        plane.objects(Cluster.class)
                .edit(
                        ID,
                        found -> found.with(value -> value.withStatus(
                                status -> status.withCondition(Condition.unknown(ClusterConditions.ACCESS, "", "")))));

        step();

        assertThat(ready()).isEqualTo("absent");
    }

    private static final class TurnedByHand extends Clock {

        private Instant now = Instant.parse("2026-11-21T14:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

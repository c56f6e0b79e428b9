package io.drover.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.api.kind.KindJson;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ClusterDriver} has to keep. A driver's test extends it, against a world of its own that is new for each test.
 *
 * @param <S> the driver's settings
 */
public abstract class ClusterDriverContract<S extends Record> {

    private static final int STEPS = 100;
    private static final String ID = "c-contr";

    /** The driver, in a world in which nothing has been made yet. Always the same one within a test. */
    protected abstract ClusterDriver<S> driver();

    /** Settings that work. */
    protected abstract S settings();

    /** Lets pass whatever the driver waits for: a cloud gets on, an agent registers. Called between two calls of the driver. */
    protected void timePasses() {}

    /** What the cluster's agent has told by now; for drivers that go by it. */
    protected Optional<ClusterEndpoint> registered() {
        return Optional.empty();
    }

    @Test
    void hasAKindThatCanBeStoredAndSettingsThatCanBeRead() throws JsonProcessingException {
        assertThat(driver().kind()).matches("[a-z][a-zA-Z0-9-]*");
        assertThat(driver().settingsType()).isEqualTo(settings().getClass());
        String stored = KindJson.mapper().writeValueAsString(settings());
        assertThat(KindJson.mapper().readValue(stored, driver().settingsType())).isEqualTo(settings());
    }

    @Test
    void bringsAClusterUpAndSaysMeanwhileWhatItWaitsFor() throws InterruptedException {
        Progress.Ready ready = converge();

        assertThat(ready.endpoint().server().getScheme()).isEqualTo("https");
        assertThat(ready.endpoint().bearerToken()).isNotBlank();
    }

    @Test
    void changesNothingWhenItIsCalledAgain() throws InterruptedException {
        Progress.Ready first = converge();

        assertThat(driver().converge(cluster())).isEqualTo(first);
        assertThat(driver().converge(cluster())).isEqualTo(first);
    }

    @Test
    void removesWhatItMadeAndSaysSoAgainWhenItIsAskedAgain() throws InterruptedException {
        converge();
        remove();

        assertThat(driver().remove(cluster())).isInstanceOf(Progress.Gone.class);
    }

    @Test
    void removesAClusterThatItNeverMade() throws InterruptedException {
        remove();
    }

    @Test
    void removesAClusterThatItHasOnlyBegun() throws InterruptedException {
        driver().converge(cluster());
        remove();
    }

    @Test
    void keepsItsSecretsOutOfItsText() {
        for (var component : driver().settingsType().getRecordComponents()) {
            if (component.isAnnotationPresent(io.drover.api.kind.Secret.class)) {
                String secret = String.valueOf(KindJson.mapper()
                        .valueToTree(settings())
                        .path(component.getName())
                        .asText());
                assertThat(settings().toString()).doesNotContain(secret);
            }
        }
    }

    private DrivenCluster<S> cluster() {
        return new DrivenCluster<>(ID, "contract", settings(), registered());
    }

    private Progress.Ready converge() throws InterruptedException {
        for (int step = 0; step < STEPS; step++) {
            Progress progress = driver().converge(cluster());
            if (progress instanceof Progress.Ready ready) {
                return ready;
            }
            waited(progress);
            timePasses();
        }
        throw new AssertionError("The cluster was not ready after " + STEPS + " calls");
    }

    private void remove() throws InterruptedException {
        for (int step = 0; step < STEPS; step++) {
            Progress progress = driver().remove(cluster());
            if (progress instanceof Progress.Gone) {
                return;
            }
            waited(progress);
            timePasses();
        }
        throw new AssertionError("The cluster was not gone after " + STEPS + " calls");
    }

    private static void waited(Progress progress) {
        assertThat(progress).isInstanceOf(Progress.Waiting.class);
        Progress.Waiting waiting = (Progress.Waiting) progress;
        assertThat(waiting.reason()).isNotBlank().doesNotEndWith(".");
        assertThat(waiting.lookAgainIn()).isNotNull();
        assertThat(waiting.lookAgainIn().isNegative()).isFalse();
    }
}

package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.drover.testkit.InMemoryPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A registration token counts from the moment in which its maker is told of it. */
class RegistrationsTest {

    private static final String ADDRESS = "192.0.2.1";

    private final InMemoryPlane plane = new InMemoryPlane();
    private final LaggingPlane lagging = new LaggingPlane(plane);
    private final Registrations registrations = new Registrations(lagging, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void oneThatWasMadeAMomentAgoIsFoundForItsOwnCluster() {
        register("c-abcde", "new-token");

        assertThat(registrations.find("c-abcde", "new-token"::equals, ADDRESS)).isPresent();
        assertThat(registrations.find("c-abcde", "another"::equals, ADDRESS)).isEmpty();
        assertThat(registrations.find("c-other", "new-token"::equals, ADDRESS)).isEmpty();
    }

    @Test
    void whoeverGuessesMakesUsAskTheServerAFewTimesOnly() {
        for (int i = 0; i < 50; i++) {
            registrations.find("c-abcde", "another"::equals, ADDRESS);
            registrations.find("../c-abcde", "another"::equals, "192.0.2." + i);
        }

        assertThat(lagging.asked).hasValue(10);
    }

    private void register(String cluster, String token) {
        plane.objects(ClusterRegistrationToken.class)
                .create(Resource.named(
                        cluster,
                        "token",
                        ApiServer.read(
                                ClusterRegistrationToken.class,
                                Map.of("spec", Map.of("clusterName", cluster), "status", Map.of("token", token)))));
    }

    /** Its watches have not told of anything yet. */
    private static final class LaggingPlane implements ManagementPlane {

        private final ManagementPlane plane;
        final AtomicInteger asked = new AtomicInteger();

        LaggingPlane(ManagementPlane plane) {
            this.plane = plane;
        }

        @Override
        public KubernetesClient client() {
            return plane.client();
        }

        @Override
        public <K extends Record> Objects<K> objects(Class<K> kind) {
            asked.incrementAndGet();
            return plane.objects(kind);
        }

        @Override
        public <K extends Record> Watched<K> watched(Class<K> kind) {
            return new Watched<>() {
                @Override
                public Optional<Resource<K>> get(String namespace, String name) {
                    return Optional.empty();
                }

                @Override
                public Collection<Resource<K>> list() {
                    return List.of();
                }

                @Override
                public boolean isSynced() {
                    return true;
                }

                @Override
                public AutoCloseable listen(Listener<K> listener) {
                    return () -> {};
                }
            };
        }
    }
}

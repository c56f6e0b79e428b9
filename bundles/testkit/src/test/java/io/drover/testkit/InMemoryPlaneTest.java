package io.drover.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.Setting;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryPlaneTest {

    private final InMemoryPlane plane = new InMemoryPlane();
    private final Objects<Cluster> clusters = plane.objects(Cluster.class);

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void givesAGeneratedNameAndAUid() {
        Resource<Cluster> created = clusters.create(new Resource<>(
                new ObjectMetaBuilder().withGenerateName("c-").build(), new Cluster(ClusterSpec.named("lab"), null)));

        assertThat(created.name()).matches("c-[a-z0-9]{5}");
        assertThat(created.metadata().getUid()).isNotEmpty();
        assertThat(created.value().spec().displayName()).isEqualTo("lab");
    }

    @Test
    void refusesASecondObjectOfTheSameName() {
        clusters.create(lab("c-1"));

        assertThatThrownBy(() -> clusters.create(lab("c-1")))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CONFLICT));
    }

    @Test
    void refusesANamespacedObjectWithoutNamespace() {
        assertThatThrownBy(() -> plane.objects(ClusterRegistrationToken.class)
                        .create(Resource.named("default-token", new ClusterRegistrationToken(null, null))))
                .hasMessageContaining("need a namespace");
    }

    @Test
    void writesNothingWhenNothingChanged() {
        Resource<Cluster> created = clusters.create(lab("c-1"));

        Resource<Cluster> edited = clusters.edit("c-1", resource -> resource);

        assertThat(edited.metadata().getResourceVersion())
                .isEqualTo(created.metadata().getResourceVersion());
    }

    @Test
    void keepsAnObjectUntilItsLastFinalizerIsGone() {
        clusters.create(lab("c-1").withMetadata(m -> m.setFinalizers(List.of("test"))));
        clusters.delete("c-1");
        assertThat(clusters.list()).singleElement().matches(Resource::isBeingDeleted);

        clusters.edit("c-1", r -> r.withMetadata(m -> m.setFinalizers(List.of())));

        assertThat(clusters.list()).isEmpty();
    }

    @Test
    void tellsAListenerOfWhatIsThereAndOfEveryChange() {
        clusters.create(lab("c-1"));
        Watched<Cluster> watched = plane.watched(Cluster.class);
        List<String> heard = new ArrayList<>();
        watched.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Cluster>> before, Resource<Cluster> after) {
                heard.add((before.isEmpty() ? "new " : "changed ")
                        + after.value().spec().displayName());
            }

            @Override
            public void deleted(Resource<Cluster> last) {
                heard.add("deleted " + last.name());
            }
        });

        clusters.edit("c-1", r -> r.with(c -> new Cluster(ClusterSpec.named("prod"), c.status())));
        clusters.delete("c-1");
        plane.settle();

        assertThat(heard).containsExactly("new lab", "changed prod", "deleted c-1");
        assertThat(watched.get("c-1")).isEmpty();
    }

    @Test
    void storesAFieldUnderItsStoredName() {
        plane.objects(Setting.class).create(Resource.named("ui-pl", new Setting("", "rancher", false, "default")));

        assertThat(plane.watched(Setting.class).get("ui-pl"))
                .hasValueSatisfying(s -> assertThat(s.value().effective()).isEqualTo("rancher"));
    }

    private static Resource<Cluster> lab(String name) {
        return Resource.named(name, new Cluster(ClusterSpec.named("lab"), null));
    }
}

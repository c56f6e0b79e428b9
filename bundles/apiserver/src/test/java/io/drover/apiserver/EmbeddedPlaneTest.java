package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.drover.apiserver.store.Retention;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPlaneTest {

    @TempDir
    Path data;

    private EmbeddedPlane running;

    @BeforeEach
    void start() {
        running = EmbeddedPlane.start(data, Retention.of(Duration.ofHours(1)), () -> null);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private ManagementPlane plane() {
        return running.plane();
    }

    @Test
    void keepsObjectsOverARestart() {
        Objects<Cluster> clusters = plane().objects(Cluster.class);
        Resource<Cluster> created =
                clusters.create(Resource.named("c-abcde", new Cluster(ClusterSpec.named("lab"), null)));

        running.close();
        start();

        Resource<Cluster> found = plane().objects(Cluster.class).get("c-abcde").orElseThrow();
        assertThat(found.value().spec().displayName()).isEqualTo("lab");
        assertThat(found.metadata().getUid()).isEqualTo(created.metadata().getUid());
        assertThat(found.metadata().getResourceVersion())
                .isEqualTo(created.metadata().getResourceVersion());
    }

    @Test
    void editsKeepFieldsThatTheRecordDoesNotKnow() {
        plane().client()
                .resource(("{'apiVersion':'management.cattle.io/v3','kind':'Setting','metadata':{'name':'server-url',"
                                + "'annotations':{'a':'b'}},'value':'x','default':'d','customized':true}")
                        .replace('\'', '"'))
                .create();

        plane().objects(Setting.class)
                .edit("server-url", s -> s.with(v -> new Setting("https://h", v.defaultValue(), null, v.source())));

        Resource<Setting> edited =
                plane().objects(Setting.class).get("server-url").orElseThrow();
        assertThat(edited.value().value()).isEqualTo("https://h");
        assertThat(edited.value().defaultValue()).isEqualTo("d");
        assertThat(edited.annotation("a")).contains("b");
    }

    @Test
    void concurrentEditsAllHappen() throws Exception {
        plane().objects(Setting.class).create(Resource.named("n", new Setting("0", "", false, "db")));
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 25; i++) {
                    plane().objects(Setting.class)
                            .edit(
                                    "n",
                                    s -> s.with(v -> new Setting(
                                            Integer.toString(Integer.parseInt(v.value()) + 1), "", false, "db")));
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
        }

        assertThat(plane().objects(Setting.class).get("n").orElseThrow().value().value())
                .isEqualTo("100");
    }

    @Test
    void failuresSayWhoHasToAct() {
        Objects<Setting> settings = plane().objects(Setting.class);
        settings.create(Resource.named("a", new Setting("1", "", false, "db")));

        assertThatThrownBy(() -> settings.create(Resource.named("a", new Setting("1", "", false, "db"))))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CONFLICT));
        assertThatThrownBy(() -> settings.create(Resource.named("A_B", new Setting("1", "", false, "db"))))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.REJECTED));
        assertThatThrownBy(() -> settings.edit("none", s -> s))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
        assertThat(settings.get("none")).isEmpty();
        settings.delete("none");
    }

    @Test
    void watchersSeeEveryChangeInOrder() throws Exception {
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Watched<Setting> watched = plane().watched(Setting.class);
        watched.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Setting>> before, Resource<Setting> after) {
                seen.add((before.isPresent() ? "changed " : "new ")
                        + after.value().value());
            }

            @Override
            public void deleted(Resource<Setting> last) {
                seen.add("deleted " + last.name());
            }
        });
        Objects<Setting> settings = plane().objects(Setting.class);

        settings.create(Resource.named("w", new Setting("1", "", false, "db")));
        settings.edit("w", s -> s.with(v -> new Setting("2", "", false, "db")));
        settings.delete("w");

        assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("new 1");
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("changed 2");
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("deleted w");
        assertThat(watched.get("w")).isEmpty();
    }

    @Test
    void deletingANamespaceRemovesWhatIsInIt() {
        var client = plane().client();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("short")
                        .endMetadata()
                        .build())
                .create();
        client.configMaps()
                .inNamespace("short")
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("m")
                        .endMetadata()
                        .addToData("k", "v")
                        .build())
                .create();

        client.namespaces().withName("short").delete();

        client.namespaces().withName("short").waitUntilCondition(java.util.Objects::isNull, 30, TimeUnit.SECONDS);
        assertThat(client.configMaps().inNamespace("short").withName("m").get()).isNull();
    }

    @Test
    void objectsGoWithTheirOwner() {
        var client = plane().client();
        var owner = client.configMaps()
                .inNamespace("default")
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .endMetadata()
                        .build())
                .create();
        client.secrets()
                .inNamespace("default")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("owned")
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .endOwnerReference()
                        .endMetadata()
                        .build())
                .create();

        client.resource(owner).delete();

        client.secrets()
                .inNamespace("default")
                .withName("owned")
                .waitUntilCondition(java.util.Objects::isNull, 30, TimeUnit.SECONDS);
        assertThat(client.secrets().inNamespace("default").withName("owned").get())
                .isNull();
    }
}

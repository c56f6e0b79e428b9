package io.drover.apiserver.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.kind.KindDefinition;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.store.Store;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

    @TempDir
    Path folder;

    private Side from;
    private Side to;

    @BeforeEach
    void start() {
        from = new Side(folder.resolve("from"));
        to = new Side(folder.resolve("to"));
        for (Class<? extends Record> kind : List.of(Cluster.class, ClusterRegistrationToken.class)) {
            new Plane("from", from.client()).define(json(KindDefinition.of(kind).customResourceDefinition()));
        }
        from.namespace("c-abcde");
        from.namespace("cattle-global-data");
    }

    @AfterEach
    void stop() {
        from.close();
        to.close();
    }

    @Test
    void movesObjectsWithWhatIsUnknownAndTheirOwnersNewIdentities() {
        GenericKubernetesResource cluster = cluster("c-abcde");
        credential("cluster-serviceaccounttoken-c-abcde", cluster);

        migrate();

        GenericKubernetesResource moved = to.cluster("c-abcde");
        assertThat(moved.getMetadata().getUid())
                .isNotEqualTo(cluster.getMetadata().getUid());
        assertThat(moved.getMetadata().getFinalizers()).containsExactly("controller.cattle.io/cluster");
        assertThat(moved.getAdditionalProperties())
                .isEqualTo(cluster.getAdditionalProperties())
                .containsKey("neverHeardOf");
        Secret secret = to.client()
                .secrets()
                .inNamespace("cattle-global-data")
                .withName("cluster-serviceaccounttoken-c-abcde")
                .get();
        assertThat(secret.getData()).containsEntry("credential", "c2VjcmV0");
        assertThat(secret.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> assertThat(
                        owner.getUid())
                .isEqualTo(moved.getMetadata().getUid()));
    }

    @Test
    void aDryRunListsEverythingAndWritesNothing() {
        cluster("c-abcde");
        Told told = new Told();

        Migration.Plan plan = new Migration(from.plane(), to.plane(), true, told).plan();

        assertThat(plan.definitions()).isEqualTo(2);
        assertThat(told.planned)
                .contains(
                        "create customresourcedefinitions.apiextensions.k8s.io clusters.management.cattle.io",
                        "create namespaces c-abcde",
                        "create clusters.management.cattle.io c-abcde");
        assertThat(to.client().namespaces().withName("c-abcde").get()).isNull();
    }

    @Test
    void mayBeRepeatedAndThenChangesNothing() {
        GenericKubernetesResource cluster = cluster("c-abcde");
        credential("one", cluster);
        migrate();
        String version = to.cluster("c-abcde").getMetadata().getResourceVersion();

        Migration again = new Migration(from.plane(), to.plane(), true, new Told());
        Migration.Plan plan = again.plan();
        again.run();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(to.cluster("c-abcde").getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void whatIsThereAlreadyAndDiffersStopsItBeforeAnythingIsWritten() {
        credential("one", null);
        credential("two", null);
        to.namespace("cattle-global-data");
        to.client()
                .secrets()
                .inNamespace("cattle-global-data")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("two")
                        .endMetadata()
                        .withData(Map.of("credential", "b3RoZXI="))
                        .build())
                .create();

        Migration migration = new Migration(from.plane(), to.plane(), true, new Told());

        assertThatThrownBy(migration::plan)
                .isInstanceOf(DroverException.class)
                .hasMessageContaining("1 objects are in to already and differ")
                .hasMessageContaining("secrets cattle-global-data/two");
        assertThat(to.client()
                        .secrets()
                        .inNamespace("cattle-global-data")
                        .withName("one")
                        .get())
                .isNull();
    }

    @Test
    void whatIsBeingDeletedIsStillBeingDeletedThere() {
        cluster("c-abcde");
        from.clusters().withName("c-abcde").delete();

        migrate();

        assertThat(to.cluster("c-abcde").getMetadata().getDeletionTimestamp()).isNotNull();
    }

    @Test
    void ofARealClusterOnlyWhatIsDroversIsMoved() {
        cluster("c-abcde");
        from.foreign()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("somebody-elses")
                        .endMetadata()
                        .build())
                .create();
        ConfigMap foreign = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .endMetadata()
                .build();
        from.client().configMaps().inNamespace("c-abcde").resource(foreign).create();
        from.foreign()
                .configMaps()
                .inNamespace("somebody-elses")
                .resource(foreign)
                .create();
        from.foreign()
                .configMaps()
                .inNamespace("c-abcde")
                .resource(named(foreign, "mine"))
                .create();

        Migration migration = new Migration(from.plane(), to.plane(), false, new Told());
        migration.plan();
        migration.run();

        assertThat(to.cluster("c-abcde")).isNotNull();
        assertThat(to.client()
                        .configMaps()
                        .inNamespace("c-abcde")
                        .withName("mine")
                        .get())
                .isNotNull();
        assertThat(to.client()
                        .configMaps()
                        .inNamespace("somebody-elses")
                        .withName("settings")
                        .get())
                .isNull();
    }

    private void migrate() {
        Migration migration = new Migration(from.plane(), to.plane(), true, new Told());
        migration.plan();
        migration.run();
    }

    private GenericKubernetesResource cluster(String name) {
        GenericKubernetesResource cluster = new GenericKubernetesResource();
        cluster.setApiVersion("management.cattle.io/v3");
        cluster.setKind("Cluster");
        cluster.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                .withName(name)
                .withFinalizers("controller.cattle.io/cluster")
                .build());
        cluster.setAdditionalProperties(Map.of(
                "spec", Map.of("displayName", "lab", "alsoUnknown", List.of(1, 2)),
                "status", Map.of("driver", "imported"),
                "neverHeardOf", Map.of("a", "b")));
        return from.client().resource(cluster).create();
    }

    private void credential(String name, GenericKubernetesResource owner) {
        var secret = new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of("credential", "c2VjcmV0"))
                .build();
        if (owner != null) {
            secret.getMetadata()
                    .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                            .withApiVersion("management.cattle.io/v3")
                            .withKind("Cluster")
                            .withName(owner.getMetadata().getName())
                            .withUid(owner.getMetadata().getUid())
                            .build()));
        }
        from.client()
                .secrets()
                .inNamespace("cattle-global-data")
                .resource(secret)
                .create();
    }

    private static ConfigMap named(ConfigMap map, String name) {
        return new ConfigMapBuilder(map)
                .editMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode json(Object object) {
        return new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(object);
    }

    private static final class Told implements Migration.Progress {
        private final List<String> planned = new ArrayList<>();

        @Override
        public void planned(String action, Type type, ObjectKey key) {
            planned.add(action + " " + type + " " + key);
        }

        @Override
        public void done(Type type, int objects) {}
    }

    /** A management plane of its own. */
    private static final class Side {

        private final String name;
        private final ApiServer server;
        private final ClientPlane plane;

        Side(Path folder) {
            name = folder.getFileName().toString();
            server = new ApiServer(Store.open(folder, Duration.ofHours(1), Clock.systemUTC()), () -> null);
            plane = ClientPlane.of(server);
        }

        KubernetesClient client() {
            return plane.client();
        }

        /** A client that is not Drover's. */
        KubernetesClient foreign() {
            return new io.fabric8.kubernetes.client.KubernetesClientBuilder()
                    .withConfig(
                            new io.fabric8.kubernetes.client.ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                                    .withMasterUrl("http://management.plane/")
                                    .withUserAgent("kubectl")
                                    .build())
                    .withHttpClientFactory(new io.drover.apiserver.client.InProcessHttp(server))
                    .build();
        }

        Plane plane() {
            return new Plane(name, client());
        }

        void namespace(String namespace) {
            client().namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }

        io.fabric8.kubernetes.client.dsl.MixedOperation<
                        GenericKubernetesResource,
                        io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
                        io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
                clusters() {
            return client().genericKubernetesResources("management.cattle.io/v3", "Cluster");
        }

        GenericKubernetesResource cluster(String cluster) {
            return clusters().withName(cluster).get();
        }

        void close() {
            plane.close();
            server.close();
        }
    }
}

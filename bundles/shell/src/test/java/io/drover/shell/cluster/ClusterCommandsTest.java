package io.drover.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.cluster.Clusters;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.Condition;
import io.drover.api.model.Setting;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.shell.Console;
import io.drover.testkit.InMemoryPlane;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest {

    private final InMemoryPlane plane = new InMemoryPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void makesAClusterAndPrintsItsId() throws Exception {
        user("u-jo", "jo");
        CreateCluster create = create("lab");
        create.owner = "jo";

        String id = Console.run(create).strip();

        assertThat(plane.objects(Cluster.class).get(id)).hasValueSatisfying(cluster -> {
            assertThat(cluster.value().spec().displayName()).isEqualTo("lab");
            assertThat(cluster.annotation("field.cattle.io/creatorId")).contains("u-jo");
        });
        assertThatThrownBy(() -> Console.run(create("lab"))).hasMessage("There is a cluster lab already");
        assertThatThrownBy(() -> Console.run(create("Lab!"))).isInstanceOf(DroverException.class);
    }

    @Test
    void listsClustersWithWhatTheyWaitFor() throws Exception {
        cluster("c-new", "new", Condition.unknown("Pending", "", "Waiting for its agent"));
        cluster("c-up", "up", Condition.yes("Ready"));
        cluster("c-away", "away", Condition.yes("Ready"));
        cluster("c-cut", "cut", Condition.no("Ready", "Disconnected", "its agent has gone"));
        ListClusters list = new ListClusters();
        list.plane = plane;
        list.clusters = new Reaching("c-up");

        List<String> lines = Console.run(list).lines().toList();

        assertThat(lines.get(0)).contains("ID", "Name", "State", "Driver", "Version", "Nodes", "Message");
        assertThat(lines.get(2)).contains("c-away", "away", "unavailable", "its agent is away");
        assertThat(lines.get(3)).contains("c-cut", "unavailable", "its agent has gone");
        assertThat(lines.get(4)).contains("c-new", "pending", "Waiting for its agent");
        assertThat(lines.get(5)).contains("c-up", "active");
    }

    @Test
    void printsWhatToRunInAClusterToImportIt() throws Exception {
        cluster("c-abcde", "lab", Condition.yes("Pending"));
        plane.objects(ClusterRegistrationToken.class)
                .create(Resource.named(
                        "c-abcde",
                        "default-token",
                        new ClusterRegistrationToken(
                                new ClusterRegistrationToken.Spec("c-abcde"),
                                new ClusterRegistrationToken.Status(
                                        "t0ken", null, null, null, null, null, null, null))));
        ImportCluster command = new ImportCluster();
        command.plane = plane;
        command.cluster = "lab";

        assertThatThrownBy(() -> Console.run(command)).hasMessageContaining("server-url is not set");
        setting("server-url", "https://drover.example.com/");
        assertThat(Console.run(command))
                .contains("  kubectl apply -f https://drover.example.com/v3/import/t0ken_c-abcde.yaml\n")
                .contains("  curl --insecure -sfL https://drover.example.com/v3/import/t0ken_c-abcde.yaml"
                        + " | kubectl apply -f -\n");
        command.url = "https://other:8443";
        assertThat(Console.run(command)).contains("https://other:8443/v3/import/t0ken_c-abcde.yaml");
        command.url = "ftp://other";
        assertThatThrownBy(() -> Console.run(command)).hasMessageContaining("not a URL");
        command.cluster = "gone";
        assertThatThrownBy(() -> Console.run(command)).hasMessage("There is no cluster gone");
    }

    @Test
    void printsAKubeconfigWithANewTokenInIt() throws Exception {
        user("u-jo", "jo");
        cluster("c-abcde", "lab", Condition.yes("Ready"));
        setting("server-url", "https://drover.example.com");
        setting("cacerts", "PEM");
        Console.Desk desk = new Console.Desk(plane);
        ClusterKubeconfig command = new ClusterKubeconfig();
        command.plane = plane;
        command.signIns = desk;
        command.cluster = "lab";
        command.user = "jo";

        Config config = Serialization.unmarshal(Console.run(command), Config.class);

        assertThat(config.getClusters().get(0).getCluster().getServer())
                .isEqualTo("https://drover.example.com/k8s/clusters/c-abcde");
        assertThat(config.getUsers().get(0).getUser().getToken()).isEqualTo("token-1:secret");
        assertThat(desk.issued).singleElement().matches(request -> request.kind()
                .equals("kubeconfig"));
        command.cluster = "local";
        assertThat(Console.run(command)).contains("https://drover.example.com/k8s/clusters/local");
    }

    @Test
    void deletesAllOrNoneOfWhatIsNamed() throws Exception {
        cluster("c-1", "one", Condition.yes("Ready"));
        cluster("c-2", "two", Condition.yes("Ready"));
        DeleteClusters delete = new DeleteClusters();
        delete.plane = plane;

        delete.clusters = List.of("one", "gone");
        assertThatThrownBy(() -> Console.run(delete)).hasMessage("There is no cluster gone");
        assertThat(plane.objects(Cluster.class).list()).hasSize(2);
        delete.clusters = List.of("one", "c-2");
        assertThat(Console.run(delete)).isEqualTo("Removing one (c-1)\nRemoving two (c-2)\n");
        assertThat(plane.objects(Cluster.class).list()).isEmpty();
    }

    @Test
    void forgetsByWhatARebuiltClusterWasKnown() throws Exception {
        cluster("c-1", "one", Condition.yes("Ready"));
        plane.objects(Cluster.class)
                .edit(
                        "c-1",
                        found -> found.withMetadata(metadata ->
                                metadata.setAnnotations(Map.of(Cluster.IDENTITY, "uid", "other", "stays"))));
        RebuiltCluster rebuilt = new RebuiltCluster();
        rebuilt.plane = plane;
        rebuilt.cluster = "one";

        assertThat(Console.run(rebuilt)).contains("one (c-1)");

        assertThat(plane.objects(Cluster.class)
                        .get("c-1")
                        .orElseThrow()
                        .metadata()
                        .getAnnotations())
                .containsOnlyKeys("other");
    }

    @Test
    void asksForTheIdWhereANameIsNotEnough() {
        cluster("c-1", "lab", Condition.yes("Ready"));
        cluster("c-2", "lab", Condition.yes("Ready"));
        DeleteClusters delete = new DeleteClusters();
        delete.plane = plane;
        delete.clusters = List.of("lab");

        assertThatThrownBy(() -> Console.run(delete))
                .hasMessage("2 clusters are named lab, so give the id: [c-1, c-2]");
    }

    @Test
    void endsWithOneLineAndAnErrorWhenItCannot() {
        DeleteClusters delete = new DeleteClusters();
        delete.plane = plane;
        delete.clusters = List.of("gone");

        assertThatThrownBy(delete::execute).isInstanceOf(CommandException.class).hasMessage("There is no cluster gone");
    }

    private CreateCluster create(String name) {
        CreateCluster create = new CreateCluster();
        create.plane = plane;
        create.name = name;
        return create;
    }

    private void cluster(String id, String name, Condition condition) {
        plane.objects(Cluster.class)
                .create(Resource.named(
                        id, new Cluster(ClusterSpec.named(name), null).withStatus(s -> s.withCondition(condition))));
    }

    private void user(String id, String username) {
        plane.objects(User.class)
                .create(Resource.named(id, new User("", "", username, null, false, true, List.of(), null, null)));
    }

    private void setting(String name, String value) {
        plane.objects(Setting.class).create(Resource.named(name, new Setting(value, "", true, null)));
    }

    /** Reaches one cluster. */
    private record Reaching(String only) implements Clusters {

        @Override
        public KubernetesClient client(String clusterId) {
            throw DroverException.unavailable("No cluster is there");
        }

        @Override
        public Reach reach(String clusterId) {
            return clusterId.equals(only) ? new Reach(true, "") : new Reach(false, "its agent is away");
        }

        @Override
        public List<TunnelSession> tunnels() {
            return List.of();
        }

        @Override
        public AutoCloseable listen(ReachListener listener) {
            return () -> {};
        }
    }
}

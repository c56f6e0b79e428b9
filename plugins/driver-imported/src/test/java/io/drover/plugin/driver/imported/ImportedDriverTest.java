package io.drover.plugin.driver.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.cluster.Clusters;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.testkit.ClusterDriverContract;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImportedDriverTest extends ClusterDriverContract<ImportedSettings> {

    private final World world = new World();
    private final ImportedDriver driver = new ImportedDriver(world, world);

    @Override
    protected ClusterDriver<ImportedSettings> driver() {
        return driver;
    }

    @Override
    protected ImportedSettings settings() {
        return new ImportedSettings();
    }

    @Override
    protected void timePasses() {
        world.register();
    }

    @Override
    protected Optional<ClusterEndpoint> registered() {
        return world.registered;
    }

    private DrivenCluster<ImportedSettings> cluster() {
        return new DrivenCluster<>("c-abcde", "lab", settings(), registered());
    }

    @Test
    void tellsItsOwnerWhatToDoWhileNoAgentHasRegistered() {
        Progress progress = driver.converge(cluster());

        assertThat(progress).isInstanceOf(Progress.Waiting.class);
        assertThat(((Progress.Waiting) progress).reason()).contains("apply the import manifest of lab");
    }

    @Test
    void takesBackWhatTheManifestMade() {
        world.register();

        assertThat(driver.remove(cluster())).isEqualTo(new Progress.Gone(List.of()));
        assertThat(world.removed).isTrue();
    }

    @Test
    void letsAnUnreachableClusterGoAtOnceAndListsWhatIsLeftThere() {
        world.register();
        world.reachable = false;

        assertThat(driver.remove(cluster())).isEqualTo(new Progress.Gone(world.objects()));
        assertThat(world.removed).isFalse();
    }

    @Test
    void listsWhatMayBeLeftWhenTheTunnelBreaksWhileItRemoves() {
        world.register();
        world.breaks = true;

        assertThat(driver.remove(cluster())).isEqualTo(new Progress.Gone(world.objects()));
    }

    @Test
    void leavesNothingBehindWhereNoAgentEverCame() {
        assertThat(driver.remove(cluster())).isEqualTo(new Progress.Gone(List.of()));
    }

    /** The gateway and the manifests: whether an agent came, and whether the cluster answers. */
    private static final class World implements Clusters, AgentManifests {

        private Optional<ClusterEndpoint> registered = Optional.empty();
        private boolean reachable;
        private boolean breaks;
        private boolean removed;

        void register() {
            registered = Optional.of(new ClusterEndpoint(URI.create("https://10.43.0.1:443"), "", "token", false));
            reachable = true;
        }

        @Override
        public KubernetesClient client(String clusterId) {
            return null;
        }

        @Override
        public Reach reach(String clusterId) {
            return new Reach(reachable, reachable ? "" : "since 14:00");
        }

        @Override
        public List<TunnelSession> tunnels() {
            return List.of();
        }

        @Override
        public AutoCloseable listen(ReachListener listener) {
            return () -> {};
        }

        @Override
        public String manifest(String clusterId, String token, URI serverUrl) {
            return "";
        }

        @Override
        public List<String> objects() {
            return List.of("Namespace cattle-system");
        }

        @Override
        public void remove(KubernetesClient cluster) {
            if (breaks) {
                reachable = false;
                throw DroverException.unavailable("Connection reset");
            }
            removed = true;
        }
    }
}

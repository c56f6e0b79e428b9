package io.drover.controllers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.api.kind.Field;
import io.drover.api.kind.Secret;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.Condition;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.plane.Resource;
import io.drover.controllers.engine.Await;
import io.drover.controllers.engine.Engine;
import io.drover.testkit.InMemoryPlane;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster's whole life, through the real engine and all reconcilers, on a management plane in memory. */
class ClusterLifeTest {

    private static final String ID = "c-abcde";
    private final SecretSeal seal = new SecretSeal(SecretSeal.newKey());
    private static final String SECRET = "cluster-serviceaccounttoken-c-abcde";

    private final InMemoryPlane plane = new InMemoryPlane();
    private final FakeClusters clusters = new FakeClusters();
    private final FakeDownstream downstream = new FakeDownstream();
    private final FakeBelongings belongings = new FakeBelongings();
    private final GrantedBy authorizer = new GrantedBy();
    private final Drivers drivers = new Drivers();
    private final Engine engine = new Engine(plane);

    @BeforeEach
    void start() {
        plane.objects(RoleTemplate.class)
                .create(Resource.named(
                        "cluster-owner",
                        new RoleTemplate(
                                "Cluster Owner",
                                "",
                                List.of(),
                                List.of(),
                                "cluster",
                                true,
                                false,
                                false,
                                false,
                                false,
                                true,
                                false)));
        Downstreams downstreams = id -> downstream;
        engine.bindReconciler(new ClusterReconciler(plane, drivers, seal, belongings, downstreams, clusters));
        engine.bindReconciler(new RegistrationTokens(plane));
        engine.bindReconciler(new ClusterAccess(plane, clusters, downstreams, authorizer, Clock.systemUTC()));
        engine.bindReconciler(new ClusterHealth(plane, clusters, downstreams, Clock.systemUTC(), new Random(1)));
    }

    @AfterEach
    void stop() {
        engine.deactivate();
        plane.close();
    }

    private void create(Map<String, Object> config) {
        ClusterSpec spec = new ClusterSpec("lab", "", false, null, null, config);
        plane.objects(Cluster.class)
                .create(Resource.named(ID, new Cluster(spec, null))
                        .withMetadata(metadata ->
                                metadata.setAnnotations(Map.of("field.cattle.io/creatorId", "user-abcde"))));
    }

    /** What the gateway does when an agent registers. */
    private void register() {
        belongings.keepCredential(SECRET, "agent-token");
        plane.objects(Cluster.class)
                .edit(
                        ID,
                        found -> found.with(value -> value.withStatus(status -> status.withDriver("imported")
                                .withEndpoint("https://10.43.0.1:443", "QUJD", SECRET, false))));
        clusters.connect(ID);
    }

    private Resource<Cluster> seen(Predicate<Resource<Cluster>> wanted) throws Exception {
        return Await.seen(plane, Cluster.class, wanted);
    }

    private static Predicate<Resource<Cluster>> says(String type, String status, String message) {
        return cluster -> Condition.find(cluster.value().status().conditions(), type)
                .filter(condition -> condition.status().equals(status))
                .filter(condition ->
                        message.isEmpty() || String.valueOf(condition.message()).contains(message))
                .isPresent();
    }

    private static List<String> types(Resource<Cluster> cluster) {
        return cluster.value().status().conditions().stream()
                .map(Condition::type)
                .toList();
    }

    @Test
    void anImportedClusterWaitsForItsAgentAndIsActiveSoonAfterIt() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);

        Resource<Cluster> pending = seen(says("Provisioned", "Unknown", "apply the manifest"));
        assertThat(types(pending)).startsWith("Pending", "Provisioned", "Waiting", "BackingNamespaceCreated");
        assertThat(pending).matches(says("Pending", "Unknown", ""));
        assertThat(belongings.namespaces).containsExactly(ID);

        register();

        Resource<Cluster> active = seen(says("Ready", "True", ""));
        for (String type : List.of("Pending", "Provisioned", "Waiting", "Connected", "Updated", "GlobalAdminsSynced")) {
            active = seen(says(type, "True", ""));
        }
        assertThat(active.value().status().version().gitVersion()).isEqualTo("v1.34.2");
        assertThat(active.value().status().nodeCount()).isEqualTo(3);
        assertThat(active.value().status().apiEndpoint()).isEqualTo("https://10.43.0.1:443");
        seen(cluster -> cluster.annotation(Cluster.IDENTITY).equals(java.util.Optional.of("uid-1")));
    }

    @Test
    void theCreatorBecomesOwnerOnceAndStaysOutWhenHeIsTakenOut() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);
        Resource<ClusterRoleTemplateBinding> binding =
                Await.seen(plane, ClusterRoleTemplateBinding.class, found -> true);
        assertThat(binding.namespace()).contains(ID);
        assertThat(binding.value().roleTemplateName()).isEqualTo("cluster-owner");
        assertThat(binding.value().userName()).isEqualTo("user-abcde");
        seen(says("CreatorMadeOwner", "True", ""));

        plane.objects(ClusterRoleTemplateBinding.class).delete(ID, binding.name());
        register();
        seen(says("Ready", "True", ""));

        assertThat(plane.objects(ClusterRoleTemplateBinding.class).list()).isEmpty();
    }

    @Test
    void registrationCommandsAppearWhenTheServersUrlIsSet() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);
        Resource<ClusterRegistrationToken> bare = Await.seen(
                plane, ClusterRegistrationToken.class, found -> found.value().status() != null);
        String token = bare.value().status().token();
        assertThat(token).matches("[bcdfghjklmnpqrstvwxz2456789]{54}");
        assertThat(bare.value().status().command()).isEmpty();

        plane.objects(Setting.class)
                .create(Resource.named("agent-image", new Setting("", "drover/cluster-agent:1", false, "default")));
        plane.objects(Setting.class)
                .create(Resource.named("server-url", new Setting("https://drover.example.com", "", true, "db")));

        String manifest = "https://drover.example.com/v3/import/" + token + "_" + ID + ".yaml";
        ClusterRegistrationToken.Status status = Await.seen(
                        plane,
                        ClusterRegistrationToken.class,
                        found -> found.value().status() != null
                                && !found.value().status().command().isEmpty())
                .value()
                .status();
        assertThat(status.token()).isEqualTo(token);
        assertThat(status.command()).isEqualTo("kubectl apply -f " + manifest);
        assertThat(status.insecureCommand()).isEqualTo("curl --insecure -sfL " + manifest + " | kubectl apply -f -");
        assertThat(status.manifestUrl()).isEqualTo(manifest);
        assertThat(status.nodeCommand())
                .endsWith("drover/cluster-agent:1 --server https://drover.example.com --token " + token);
    }

    @Test
    void aClusterWhoseDriverIsAwaySaysSoAndGoesOnWhenItComes() throws Exception {
        create(Map.of("driverName", "pasture", "server", "https://127.0.0.1:6443", "token", "hush"));
        seen(says("Provisioned", "Unknown", "Driver pasture is away. Install it"));

        Pasture pasture = new Pasture();
        drivers.bindDriver(pasture);

        Resource<Cluster> provisioned = seen(says("Provisioned", "True", ""));
        assertThat(provisioned.value().status().dialDirectly()).isTrue();
        assertThat(provisioned.value().status().apiEndpoint()).isEqualTo("https://127.0.0.1:6443");
        assertThat(provisioned.value().status().driver()).isEqualTo("pasture");
        assertThat(belongings.credentials).containsEntry(SECRET, "hush");

        drivers.unbindDriver(pasture);
        seen(says("Updated", "Unknown", "Driver pasture is away"));
        drivers.bindDriver(new Pasture());
        seen(says("Updated", "True", ""));
    }

    @Test
    void aDriversSecretsLeaveTheClusterObject() throws Exception {
        drivers.bindDriver(new Pasture());
        create(Map.of("driverName", "pasture", "server", "https://127.0.0.1:6443", "token", "hush"));

        Resource<Cluster> provisioned = seen(says("Provisioned", "True", ""));

        assertThat(provisioned.value().spec().genericEngineConfig().toString()).doesNotContain("hush");
        assertThat(belongings.driverSecrets(ID)).containsEntry("token", "hush");
        assertThat(belongings.credentials).containsEntry(SECRET, "hush");
    }

    @Test
    void aSecretThatWasSealedOnItsWayInIsOpenedForItsDriverAlone() throws Exception {
        drivers.bindDriver(new Pasture());
        create(Map.of("driverName", "pasture", "server", "https://127.0.0.1:6443", "token", seal.seal("hush")));

        Resource<Cluster> provisioned = seen(says("Provisioned", "True", ""));

        assertThat(provisioned.value().spec().genericEngineConfig()).containsEntry("token", Cluster.SECRET_KEPT_APART);
        assertThat(belongings.driverSecrets(ID)).containsEntry("token", "hush");
        assertThat(belongings.credentials).containsEntry(SECRET, "hush");
    }

    @Test
    void settingsThatADriverCannotReadAreRefusedWithTheFieldAtFault() throws Exception {
        drivers.bindDriver(new Pasture());
        create(Map.of("driverName", "pasture", "server", "https://127.0.0.1:6443", "token", "t", "colour", "green"));
        seen(says("Provisioned", "False", "colour"));

        plane.objects(Cluster.class)
                .edit(
                        ID,
                        found -> found.with(value -> withConfig(value, Map.of("driverName", "pasture", "token", "t"))));

        seen(says("Provisioned", "False", "needs the field server"));
    }

    private static Cluster withConfig(Cluster cluster, Map<String, Object> config) {
        return new Cluster(new ClusterSpec("lab", "", false, null, null, new HashMap<>(config)), cluster.status());
    }

    @Test
    void aDriverThatGoesIsInterruptedAndItsClusterWaitsForIt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Pasture hanging = new Pasture() {
            @Override
            public Progress converge(DrivenCluster<PastureSettings> cluster) throws InterruptedException {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
                return new Progress.Gone(List.of());
            }
        };
        drivers.bindDriver(hanging);
        create(Map.of("driverName", "pasture", "server", "https://127.0.0.1:6443", "token", "t"));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        drivers.unbindDriver(hanging);

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        seen(says("Provisioned", "Unknown", "Driver pasture is away"));
    }

    @Test
    void aLostTunnelShowsAtOnceAndSoDoesItsReturn() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);
        register();
        seen(says("Ready", "True", ""));

        clusters.disconnect(ID, "since 14:00 the agent's process is gone");

        Resource<Cluster> lost = seen(says("Ready", "False", "since 14:00"));
        assertThat(lost).matches(says("Connected", "False", ""));
        clusters.connect(ID);
        seen(says("Ready", "True", ""));
    }

    @Test
    void anotherClusterWithTheSameTokenIsShownAndNobodyIsLetIn() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);
        register();
        seen(cluster -> cluster.annotation(Cluster.IDENTITY).isPresent()
                && says("Ready", "True", "").test(cluster));

        clusters.disconnect(ID, "gone");
        seen(says("Ready", "False", "gone"));
        downstream.identity = "uid-2";
        clusters.connect(ID);

        Resource<Cluster> refused = seen(says("Ready", "False", "Another cluster registered"));
        assertThat(refused.annotation(Cluster.IDENTITY)).contains("uid-1");
    }

    @Test
    void rightsAreSetBeforeTheClusterIsReadyAndFollowTheBindings() throws Exception {
        drivers.bindDriver(new Imported());
        authorizer.grant("user-abcde", "cluster-owner");
        create(null);
        register();
        seen(says("Ready", "True", ""));
        assertThat(downstream.roles).extracting(Downstream.Role::name).containsExactly("cluster-owner");
        assertThat(downstream.bindings).extracting(Downstream.Binding::subject).containsExactly("user-abcde");
        int before = downstream.allowed.get();

        authorizer.grant("u-other", "cluster-owner");
        plane.objects(ClusterRoleTemplateBinding.class)
                .create(Resource.named(
                        ID,
                        "crtb-other",
                        new ClusterRoleTemplateBinding(ID, "cluster-owner", "u-other", null, null, null)));

        downstream.awaitAllowed(before + 1);
        assertThat(downstream.bindings)
                .extracting(Downstream.Binding::subject)
                .containsExactlyInAnyOrder("user-abcde", "u-other");
    }

    @Test
    void aReachableClusterIsCleanedUpAndNothingIsLeft() throws Exception {
        drivers.bindDriver(new Imported());
        authorizer.grant("user-abcde", "cluster-owner");
        create(null);
        register();
        seen(says("Ready", "True", ""));

        plane.objects(Cluster.class).delete(ID);

        Await.gone(plane, Cluster.class, null, ID);
        assertThat(downstream.bindings).isEmpty();
        assertThat(downstream.roles).isEmpty();
        assertThat(belongings.namespaces).isEmpty();
        assertThat(belongings.credentials).isEmpty();
        assertThat(belongings.notes).isEmpty();
        assertThat(plane.objects(ClusterRegistrationToken.class).list()).isEmpty();
        assertThat(plane.objects(ClusterRoleTemplateBinding.class).list()).isEmpty();
    }

    @Test
    void anUnreachableClusterIsReleasedAtOnceAndWhatIsLeftBehindIsTold() throws Exception {
        drivers.bindDriver(new Imported());
        create(null);
        register();
        seen(says("Ready", "True", ""));
        clusters.disconnect(ID, "gone");

        Runnable deletion = () -> plane.objects(Cluster.class).delete(ID);
        Await.seen(plane, Cluster.class, says("Removed", "True", "Deployment cattle-cluster-agent"), deletion);
        Await.gone(plane, Cluster.class, null, ID);
        assertThat(belongings.notes).hasSize(1);
        assertThat(belongings.notes.get(0)).contains("LeftBehind c-abcde", "Deployment", "drover.io/owner=c-abcde");
    }

    @Test
    void aClusterThatNeverWorkedCanBeRemovedThoughItsSettingsAreWrong() throws Exception {
        drivers.bindDriver(new Pasture());
        create(Map.of("driverName", "pasture", "colour", "green"));
        seen(says("Provisioned", "False", ""));

        plane.objects(Cluster.class).delete(ID);

        Await.gone(plane, Cluster.class, null, ID);
    }

    public record Nothing() {}

    private final class Imported implements ClusterDriver<Nothing> {

        @Override
        public String kind() {
            return "imported";
        }

        @Override
        public Class<Nothing> settingsType() {
            return Nothing.class;
        }

        @Override
        public Progress converge(DrivenCluster<Nothing> cluster) {
            return cluster.registered().isPresent()
                    ? new Progress.Ready(cluster.registered().get())
                    : new Progress.Waiting("Please apply the manifest", Duration.ZERO);
        }

        @Override
        public Progress remove(DrivenCluster<Nothing> cluster) {
            return new Progress.Gone(
                    clusters.reach(cluster.id()).reachable() ? List.of() : List.of("Deployment cattle-cluster-agent"));
        }
    }

    public record PastureSettings(@Field(required = true) String server, @Secret String token) {}

    private static class Pasture implements ClusterDriver<PastureSettings> {

        @Override
        public String kind() {
            return "pasture";
        }

        @Override
        public Class<PastureSettings> settingsType() {
            return PastureSettings.class;
        }

        @Override
        public Progress converge(DrivenCluster<PastureSettings> cluster) throws InterruptedException {
            return new Progress.Ready(new ClusterEndpoint(
                    URI.create(cluster.settings().server()),
                    "",
                    cluster.settings().token(),
                    true));
        }

        @Override
        public Progress remove(DrivenCluster<PastureSettings> cluster) {
            return new Progress.Gone(List.of());
        }
    }

    /** Grants what the test says, in every cluster. */
    private static final class GrantedBy implements Authorizer {

        private final Set<ClusterGrant> grants = ConcurrentHashMap.newKeySet();

        void grant(String user, String template) {
            grants.add(new ClusterGrant("User", user, template, "ClusterRoleTemplateBinding/c-abcde/" + user));
        }

        @Override
        public Decision decide(Caller caller, Question question) {
            throw DroverException.denied("Nobody asks here");
        }

        @Override
        public Set<ClusterGrant> grantsIn(String clusterId) {
            return Set.copyOf(grants);
        }
    }
}

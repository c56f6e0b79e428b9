package io.drover.controllers.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.cluster.Clusters;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.driver.Progress;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Moves each cluster towards its settings, one step a call, through the driver of its kind; and takes it down again. */
@Component(service = Reconciler.class)
public final class ClusterReconciler implements Reconciler<Cluster> {

    /** The kind of a cluster that names no driver: somebody made it elsewhere. */
    static final String IMPORTED = "imported";

    static final String FINALIZER = "controller.cattle.io/cluster";

    private static final Duration LOOK_FOR_ROLES = Duration.ofSeconds(5);

    private final Objects<Cluster> clusters;
    private final Watched<Cluster> watched;
    private final Objects<ClusterRegistrationToken> tokens;
    private final Drivers drivers;
    private final SecretSeal seal;
    private final Belongings belongings;
    private final CreatorBindings creators;
    private final ClusterRemoval removal;

    @Activate
    public ClusterReconciler(
            @Reference ManagementPlane plane,
            @Reference Drivers drivers,
            @Reference SecretSeal seal,
            @Reference Clusters reachable) {
        this(
                plane,
                drivers,
                seal,
                new KubernetesBelongings(plane.client(), Clock.systemUTC()),
                Downstreams.through(reachable),
                reachable);
    }

    ClusterReconciler(
            ManagementPlane plane,
            Drivers drivers,
            SecretSeal seal,
            Belongings belongings,
            Downstreams downstreams,
            Clusters reachable) {
        this.clusters = plane.objects(Cluster.class);
        this.watched = plane.watched(Cluster.class);
        this.tokens = plane.objects(ClusterRegistrationToken.class);
        this.drivers = drivers;
        this.seal = seal;
        this.belongings = belongings;
        this.creators = new CreatorBindings(plane);
        this.removal = new ClusterRemoval(plane, belongings, downstreams, reachable);
    }

    @Override
    public Class<Cluster> kind() {
        return Cluster.class;
    }

    @Override
    public String finalizer() {
        return FINALIZER;
    }

    /** Once a cluster has been brought up, what is still to be done about it is an update. */
    @Override
    public String condition(Resource<Cluster> cluster) {
        if (cluster.isBeingDeleted()) {
            return ClusterConditions.REMOVED;
        }
        return ClusterConditions.isTrue(cluster, ClusterConditions.PROVISIONED)
                ? ClusterConditions.UPDATED
                : ClusterConditions.PROVISIONED;
    }

    @Override
    public void wokenBy(Wakes wakes) {
        drivers.onChange(kind -> watched.list().stream()
                .filter(cluster -> kindOf(cluster).equals(kind))
                .forEach(cluster -> wakes.one(cluster.name())));
    }

    @Override
    public Outcome<Cluster> reconcile(Resource<Cluster> cluster) throws InterruptedException {
        if (isTheManagementPlaneItself(cluster)) {
            return Outcome.done();
        }
        belongings.ensureNamespace(cluster.name());
        ensureRegistrationToken(cluster.name());
        boolean owned = creators.ensure(cluster);
        Outcome<Cluster> outcome = converge(cluster);
        return owned ? showOwned(outcome) : lookForRoles(outcome);
    }

    private void ensureRegistrationToken(String clusterId) {
        if (tokens.get(clusterId, RegistrationTokens.DEFAULT).isPresent()) {
            return;
        }
        var spec = new ClusterRegistrationToken.Spec(clusterId);
        try {
            tokens.create(
                    Resource.named(clusterId, RegistrationTokens.DEFAULT, new ClusterRegistrationToken(spec, null)));
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
        }
    }

    private Outcome<Cluster> converge(Resource<Cluster> cluster) throws InterruptedException {
        String kind = kindOf(cluster);
        Optional<DriverInUse<?>> driver = drivers.of(kind);
        if (driver.isEmpty()) {
            return away(kind, "Install it, and the cluster goes on by itself");
        }
        Resource<Cluster> clean = keepSecretsApart(cluster, driver.get().settings());
        Optional<ClusterEndpoint> registered = registered(clean);
        Progress progress;
        try {
            progress = driver.get().converge(clean.name(), displayName(clean), settings(clean), registered);
        } catch (DriverInUse.Away e) {
            return away(kind, "Install it, and the cluster goes on by itself");
        }
        if (progress instanceof Progress.Ready ready) {
            return ready(clean, kind, ready.endpoint(), registered);
        }
        if (progress instanceof Progress.Waiting waiting) {
            return waiting(kind, waiting, registered.isPresent());
        }
        throw new DroverException(Fault.INTERNAL, "Driver " + kind + " says that a cluster is gone which is wanted");
    }

    private Outcome<Cluster> ready(
            Resource<Cluster> cluster, String kind, ClusterEndpoint endpoint, Optional<ClusterEndpoint> registered) {
        UnaryOperator<ClusterStatus> where = UnaryOperator.identity();
        if (!registered.equals(Optional.of(endpoint))) {
            String secret = "cluster-serviceaccounttoken-" + cluster.name();
            belongings.keepCredential(secret, endpoint.bearerToken());
            String caCertificates =
                    Base64.getEncoder().encodeToString(endpoint.caCertificates().getBytes(UTF_8));
            where = status ->
                    status.withEndpoint(endpoint.server().toString(), caCertificates, secret, endpoint.direct());
        }
        UnaryOperator<ClusterStatus> known = where;
        return Outcome.show(shown ->
                shown.withStatus(status -> ClusterConditions.provisioned(known.apply(status.withDriver(kind)))));
    }

    private static Outcome<Cluster> waiting(String kind, Progress.Waiting waiting, boolean registered) {
        boolean userActs = kind.equals(IMPORTED) && !registered;
        Outcome<Cluster> shown = Outcome.show(cluster -> cluster.withStatus(status ->
                userActs ? ClusterConditions.pending(status, waiting.reason()) : ClusterConditions.accepted(status)));
        return userActs
                ? shown.waiting(waiting.reason(), "user", waiting.lookAgainIn(), "It goes on by itself after that")
                : shown.waiting(waiting.reason(), kind, waiting.lookAgainIn(), "Its driver looks again");
    }

    private static Outcome<Cluster> away(String kind, String nextAction) {
        return Outcome.<Cluster>show(cluster -> cluster.withStatus(ClusterConditions::accepted))
                .waiting("Driver " + kind + " is away", "user", Duration.ZERO, nextAction);
    }

    private static Outcome<Cluster> showOwned(Outcome<Cluster> outcome) {
        UnaryOperator<Cluster> rest = outcome.show().orElse(UnaryOperator.identity());
        return new Outcome<>(
                Optional.of(cluster -> rest.apply(cluster).withStatus(ClusterConditions::owned)),
                outcome.waiting(),
                outcome.lookAgainIn());
    }

    private static Outcome<Cluster> lookForRoles(Outcome<Cluster> outcome) {
        return outcome.lookAgainIn().isZero() ? outcome.lookAgainIn(LOOK_FOR_ROLES) : outcome;
    }

    @Override
    public Outcome<Cluster> finalise(Resource<Cluster> cluster) throws InterruptedException {
        String kind = kindOf(cluster);
        Optional<DriverInUse<?>> driver = drivers.of(kind);
        String nextAction = "Install it, or take the finalizer " + FINALIZER + " off to release the cluster as it is";
        if (driver.isEmpty()) {
            return awayWhileRemoved(kind, nextAction);
        }
        List<String> leftBehind = removal.revokeAccess(cluster);
        try {
            Progress progress =
                    driver.get().remove(cluster.name(), displayName(cluster), settings(cluster), registered(cluster));
            if (progress instanceof Progress.Waiting waiting) {
                return Outcome.<Cluster>done()
                        .waiting(waiting.reason(), kind, waiting.lookAgainIn(), "Its driver looks again");
            }
            if (progress instanceof Progress.Gone gone) {
                leftBehind.addAll(gone.leftBehind());
            }
        } catch (DriverInUse.Away e) {
            return awayWhileRemoved(kind, nextAction);
        } catch (DroverException e) {
            if (e.fault() != Fault.REJECTED) {
                throw e;
            }
            // Settings that never worked must not keep a cluster for ever.
            leftBehind.add("whatever driver " + kind + " made: " + e.getMessage());
        }
        return removal.release(cluster, leftBehind);
    }

    private static Outcome<Cluster> awayWhileRemoved(String kind, String nextAction) {
        return Outcome.<Cluster>done().waiting("Driver " + kind + " is away", "user", Duration.ZERO, nextAction);
    }

    private static boolean isTheManagementPlaneItself(Resource<Cluster> cluster) {
        return Boolean.TRUE.equals(cluster.value().spec().internal());
    }

    private static String displayName(Resource<Cluster> cluster) {
        String name = cluster.value().spec().displayName();
        return name == null ? "" : name;
    }

    private static Map<String, Object> config(Resource<Cluster> cluster) {
        Map<String, Object> config = cluster.value().spec().genericEngineConfig();
        return config == null ? Map.of() : config;
    }

    private static String kindOf(Resource<Cluster> cluster) {
        Object named = config(cluster).get(DriverSettings.DRIVER_NAME);
        return named == null || named.toString().isEmpty() ? IMPORTED : named.toString();
    }

    /** What the agent told when it connected; the gateway stores it in the status. */
    private Optional<ClusterEndpoint> registered(Resource<Cluster> cluster) {
        ClusterStatus status = cluster.value().status();
        if (status.apiEndpoint() == null
                || status.apiEndpoint().isEmpty()
                || status.serviceAccountTokenSecret() == null
                || Boolean.TRUE.equals(status.dialDirectly())) {
            return Optional.empty();
        }
        String caCertificates =
                status.caCert() == null ? "" : new String(Base64.getDecoder().decode(status.caCert()), UTF_8);
        return belongings
                .credential(status.serviceAccountTokenSecret())
                .map(token -> new ClusterEndpoint(URI.create(status.apiEndpoint()), caCertificates, token, false));
    }

    /** The driver's settings with their secrets in place. */
    private Map<String, Object> settings(Resource<Cluster> cluster) {
        Map<String, Object> settings = new HashMap<>(config(cluster));
        settings.replaceAll((field, value) -> value instanceof String text ? seal.open(text) : value);
        if (settings.containsValue(Cluster.SECRET_KEPT_APART)) {
            Map<String, String> secrets = belongings.driverSecrets(cluster.name());
            settings.replaceAll((field, value) -> Cluster.SECRET_KEPT_APART.equals(value) ? secrets.get(field) : value);
        }
        return settings;
    }

    private Resource<Cluster> keepSecretsApart(Resource<Cluster> cluster, DriverSettings<?> described) {
        Map<String, String> secrets = new HashMap<>();
        for (String field : described.secretFields()) {
            if (config(cluster).get(field) instanceof String value
                    && !value.isEmpty()
                    && !value.equals(Cluster.SECRET_KEPT_APART)) {
                secrets.put(field, value);
            }
        }
        if (secrets.isEmpty()) {
            return cluster;
        }
        Map<String, String> opened = new HashMap<>();
        secrets.forEach((field, value) -> opened.put(field, seal.open(value)));
        belongings.keepDriverSecrets(cluster.name(), opened);
        return clusters.edit(cluster.name(), found -> found.with(value -> withoutSecrets(value, secrets))
                .withMetadata(metadata ->
                        metadata.setAnnotations(withoutSecrets(metadata.getAnnotations(), secrets.keySet()))));
    }

    private static Map<String, String> withoutSecrets(Map<String, String> annotations, Set<String> secrets) {
        if (annotations == null || !annotations.containsKey(LastApplied.ANNOTATION)) {
            return annotations;
        }
        Map<String, String> clean = new HashMap<>(annotations);
        clean.compute(LastApplied.ANNOTATION, (key, applied) -> LastApplied.without(secrets, applied));
        return clean;
    }

    private static Cluster withoutSecrets(Cluster cluster, Map<String, String> secrets) {
        Cluster.ClusterSpec spec = cluster.spec();
        Map<String, Object> config = new HashMap<>(spec.genericEngineConfig());
        // A value that was changed meanwhile is moved in the next round.
        secrets.forEach((field, secret) -> config.replace(field, secret, Cluster.SECRET_KEPT_APART));
        return new Cluster(
                new Cluster.ClusterSpec(
                        spec.displayName(),
                        spec.description(),
                        spec.internal(),
                        spec.dockerRootDir(),
                        spec.agentImageOverride(),
                        config),
                cluster.status());
    }
}

package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.cluster.Clusters;
import io.drover.api.cluster.Clusters.Reach;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Says whether each cluster is connected and answers.
 *
 * <p>That a connection ended is told by the gateway at once; a cluster that is connected is looked at every 15 to 30 seconds, and one
 * that is not costs nothing. A cluster is known by its identity from the first time on: if another one comes with its credentials, it
 * is shown and nobody is let in.
 */
@Component(service = Reconciler.class)
public final class ClusterHealth implements Reconciler<Cluster> {

    private static final Duration LOOK_EARLIEST = Duration.ofSeconds(15);
    private static final Duration LOOK_LATEST = Duration.ofSeconds(30);
    private static final Duration LOOK_AFTER_FAILURE = Duration.ofSeconds(5);
    private static final int FAILURES_UNTIL_SHOWN = 3;

    private final Clusters clusters;
    private final Downstreams downstreams;
    private final Objects<Cluster> objects;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private final ManagementPlane plane;
    private final List<AutoCloseable> listening = new ArrayList<>();

    @Activate
    public ClusterHealth(@Reference ManagementPlane plane, @Reference Clusters clusters) {
        this(plane, clusters, Downstreams.through(clusters), Clock.systemUTC(), new Random());
    }

    ClusterHealth(
            ManagementPlane plane, Clusters clusters, Downstreams downstreams, Clock clock, RandomGenerator random) {
        this.plane = plane;
        this.objects = plane.objects(Cluster.class);
        this.clusters = clusters;
        this.downstreams = downstreams;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Class<Cluster> kind() {
        return Cluster.class;
    }

    @Override
    public String condition(Resource<Cluster> cluster) {
        return "";
    }

    @Override
    public void wokenBy(Wakes wakes) {
        listening.add(clusters.listen((id, reach) -> wakes.one(id)));
        listening.add(plane.watched(Cluster.class).listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Cluster>> before, Resource<Cluster> after) {}

            @Override
            public void deleted(Resource<Cluster> last) {
                looks.remove(last.name());
            }
        }));
    }

    @Deactivate
    void deactivate() throws Exception {
        for (AutoCloseable listener : listening) {
            listener.close();
        }
    }

    @Override
    public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
        if (cluster.value().status().apiEndpoint() == null) {
            return Outcome.done();
        }
        Reach reach = clusters.reach(cluster.name());
        if (!reach.reachable()) {
            looks.remove(cluster.name());
            return Outcome.show(
                    shown -> shown.withStatus(status -> ClusterConditions.disconnected(status, reach.reason())));
        }
        Look look = currentLook(cluster);
        boolean access = ClusterConditions.isTrue(cluster, ClusterConditions.ACCESS);
        return Outcome.<Cluster>show(shown -> shown.withStatus(status -> look.show(status, access)))
                .lookAgainIn(positive(Duration.between(clock.instant(), look.next())));
    }

    private Look currentLook(Resource<Cluster> cluster) {
        Look last = looks.get(cluster.name());
        if (last != null && clock.instant().isBefore(last.next())) {
            return last;
        }
        Look look = look(cluster, Optional.ofNullable(last));
        looks.put(cluster.name(), look);
        return look;
    }

    private Look look(Resource<Cluster> cluster, Optional<Look> last) {
        try {
            Downstream downstream = downstreams.of(cluster.name());
            if (last.isEmpty() || last.get().answer().isEmpty()) {
                Optional<String> stranger = checkIdentity(cluster, downstream.identity());
                if (stranger.isPresent()) {
                    return Look.stranger(stranger.get(), laterLook());
                }
            }
            downstream.requireReady();
            return Look.good(new Answer(downstream.version(), downstream.nodeCount()), laterLook());
        } catch (DroverException e) {
            return Look.failed(last, e.getMessage(), clock.instant().plus(LOOK_AFTER_FAILURE));
        }
    }

    private Optional<String> checkIdentity(Resource<Cluster> cluster, String identity) {
        String pinned = cluster.annotation(Cluster.IDENTITY).orElse("");
        if (pinned.isEmpty()) {
            objects.edit(
                    cluster.name(),
                    found -> found.annotation(Cluster.IDENTITY).isPresent()
                            ? found
                            : found.withMetadata(
                                    metadata -> metadata.getAnnotations().put(Cluster.IDENTITY, identity)));
            return Optional.empty();
        }
        return pinned.equals(identity)
                ? Optional.empty()
                : Optional.of("Another cluster registered as this one: its kube-system is " + identity + " and not "
                        + pinned + ". Apply the manifest of its own cluster there");
    }

    private Instant laterLook() {
        long spread = LOOK_LATEST.minus(LOOK_EARLIEST).toMillis();
        return clock.instant().plus(LOOK_EARLIEST).plusMillis(random.nextLong(spread));
    }

    private static Duration positive(Duration duration) {
        return duration.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : duration;
    }

    /** What a cluster told of itself. */
    private record Answer(Cluster.Version version, int nodes) {}

    /**
     * What the last look at a cluster found, and when the next one is due.
     *
     * @param answer the last good one; empty if there has been none since it connected
     * @param failures in a row
     */
    private record Look(Optional<Answer> answer, int failures, String failure, boolean isStranger, Instant next) {

        static Look good(Answer answer, Instant next) {
            return new Look(Optional.of(answer), 0, "", false, next);
        }

        static Look failed(Optional<Look> last, String failure, Instant next) {
            return new Look(last.flatMap(Look::answer), last.map(Look::failures).orElse(0) + 1, failure, false, next);
        }

        static Look stranger(String message, Instant next) {
            return new Look(Optional.empty(), 0, message, true, next);
        }

        Cluster.ClusterStatus show(Cluster.ClusterStatus status, boolean access) {
            if (isStranger) {
                return ClusterConditions.wrongCluster(status, failure);
            }
            if (answer.isEmpty() || failures >= FAILURES_UNTIL_SHOWN) {
                return ClusterConditions.notReadyYet(status, failure);
            }
            Cluster.ClusterStatus seen =
                    status.withSeen(answer.get().version(), answer.get().nodes());
            return access
                    ? ClusterConditions.ready(seen)
                    : ClusterConditions.notReadyYet(seen, "people's rights are still to be set in the cluster");
        }
    }
}

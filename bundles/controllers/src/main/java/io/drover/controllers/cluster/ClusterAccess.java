package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.cluster.Clusters;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Gives people in each cluster the rights that roles and bindings give them here.
 *
 * <p>A cluster is asked only when what it should hold differs from what was last set there, when it has just connected, and once an
 * hour in case somebody changed it there.
 */
@Component(service = Reconciler.class)
public final class ClusterAccess implements Reconciler<Cluster> {

    private static final Duration VERIFY = Duration.ofHours(1);

    /** The {@link Authorizer} hears of a binding when we do, and may answer from before it for a moment. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final ManagementPlane plane;
    private final Clusters clusters;
    private final Downstreams downstreams;
    private final Authorizer authorizer;
    private final Watched<RoleTemplate> templates;
    private final Watched<Cluster> all;
    private final Clock clock;
    private final Map<String, Applied> applied = new ConcurrentHashMap<>();
    private final Map<String, Instant> unsettled = new ConcurrentHashMap<>();
    private final List<AutoCloseable> listening = new ArrayList<>();

    private record Applied(WantedAccess wanted, Instant when) {}

    @Activate
    public ClusterAccess(
            @Reference ManagementPlane plane, @Reference Clusters clusters, @Reference Authorizer authorizer) {
        this(plane, clusters, Downstreams.through(clusters), authorizer, Clock.systemUTC());
    }

    ClusterAccess(
            ManagementPlane plane, Clusters clusters, Downstreams downstreams, Authorizer authorizer, Clock clock) {
        this.plane = plane;
        this.clusters = clusters;
        this.downstreams = downstreams;
        this.authorizer = authorizer;
        this.templates = plane.watched(RoleTemplate.class);
        this.all = plane.watched(Cluster.class);
        this.clock = clock;
    }

    @Override
    public Class<Cluster> kind() {
        return Cluster.class;
    }

    @Override
    public String condition(Resource<Cluster> cluster) {
        return cluster.value().status().apiEndpoint() == null ? "" : ClusterConditions.ACCESS;
    }

    @Override
    public void wokenBy(Wakes wakes) {
        Consumer<Resource<?>> everywhere = changed -> all.list().forEach(cluster -> look(cluster.name(), wakes));
        listening.add(all.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Cluster>> before, Resource<Cluster> after) {}

            @Override
            public void deleted(Resource<Cluster> last) {
                applied.remove(last.name());
                unsettled.remove(last.name());
            }
        }));
        listening.add(clusters.listen((id, reach) -> {
            if (!reach.reachable()) {
                applied.remove(id);
            }
            wakes.one(id);
        }));
        listening.add(onChange(
                ClusterRoleTemplateBinding.class,
                binding -> look(binding.namespace().orElseThrow(), wakes)));
        listening.add(onChange(GlobalRoleBinding.class, everywhere));
        listening.add(onChange(GlobalRole.class, everywhere));
        listening.add(onChange(RoleTemplate.class, everywhere));
    }

    private void look(String clusterId, Wakes wakes) {
        if (all.get(clusterId).isEmpty()) {
            return;
        }
        unsettled.put(clusterId, clock.instant().plus(SETTLE));
        wakes.one(clusterId);
    }

    private <K extends Record> AutoCloseable onChange(Class<K> kind, Consumer<? super Resource<K>> changed) {
        return plane.watched(kind).listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<K>> before, Resource<K> after) {
                if (before.isEmpty() || !before.get().value().equals(after.value())) {
                    changed.accept(after);
                }
            }

            @Override
            public void deleted(Resource<K> last) {
                changed.accept(last);
            }
        });
    }

    @Deactivate
    void deactivate() throws Exception {
        for (AutoCloseable listener : listening) {
            listener.close();
        }
    }

    @Override
    public Outcome<Cluster> reconcile(Resource<Cluster> cluster) {
        String id = cluster.name();
        if (cluster.value().status().apiEndpoint() == null) {
            return Outcome.done();
        }
        if (!clusters.reach(id).reachable()) {
            return Outcome.<Cluster>done()
                    .waiting(
                            "People's rights can't be set while the cluster is not connected",
                            "cluster",
                            Duration.ZERO,
                            "They are set as soon as it connects");
        }
        WantedAccess wanted = WantedAccess.of(
                authorizer.grantsIn(id), name -> templates.get(name).map(Resource::value));
        Applied last = applied.get(id);
        Instant now = clock.instant();
        String identity = cluster.annotation(Cluster.IDENTITY).orElse("");
        if (identity.isEmpty()) {
            return Outcome.<Cluster>done()
                    .waiting(
                            "People's rights can't be set before the cluster has told who it is",
                            "drover",
                            Duration.ZERO,
                            "They are set as soon as its health was looked at");
        }
        if (last == null
                || !last.wanted().equals(wanted)
                || !now.isBefore(last.when().plus(VERIFY))) {
            Downstream downstream = downstreams.of(id);
            if (!downstream.identity().equals(identity)) {
                throw DroverException.rejected("Another cluster registered as this one, and gets nobody's rights");
            }
            downstream.allow(id, wanted.roles(), wanted.bindings());
            last = new Applied(wanted, now);
            applied.put(id, last);
        }
        return Outcome.<Cluster>done().lookAgainIn(next(id, now, last));
    }

    private Duration next(String id, Instant now, Applied last) {
        Instant settled = unsettled.get(id);
        if (settled != null) {
            if (now.isBefore(settled)) {
                return Duration.between(now, settled);
            }
            unsettled.remove(id, settled);
        }
        return Duration.between(now, last.when().plus(VERIFY));
    }
}

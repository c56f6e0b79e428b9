package io.drover.plugin.driver.imported;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.ServerPart;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.cluster.Clusters;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster that exists already: it is there as soon as its agent has registered. */
@ServerPart("the driver of imported clusters")
@Component
public final class ImportedDriver implements ClusterDriver<ImportedSettings> {

    private static final Logger log = LoggerFactory.getLogger(ImportedDriver.class);

    private final Clusters clusters;
    private final AgentManifests manifests;

    @Activate
    public ImportedDriver(@Reference Clusters clusters, @Reference AgentManifests manifests) {
        this.clusters = clusters;
        this.manifests = manifests;
    }

    @Override
    public String kind() {
        return "imported";
    }

    @Override
    public Class<ImportedSettings> settingsType() {
        return ImportedSettings.class;
    }

    /** The registration changes the Cluster object, so nobody has to look for it. */
    @Override
    public Progress converge(DrivenCluster<ImportedSettings> cluster) {
        return cluster.registered()
                .<Progress>map(Progress.Ready::new)
                .orElseGet(() -> new Progress.Waiting(
                        "Waiting for the cluster's agent to register: apply the import manifest of "
                                + cluster.displayName() + " in it",
                        Duration.ZERO));
    }

    @Override
    public Progress remove(DrivenCluster<ImportedSettings> cluster) {
        if (cluster.registered().isEmpty()) {
            return new Progress.Gone(List.of());
        }
        Clusters.Reach reach = clusters.reach(cluster.id());
        if (!reach.reachable()) {
            log.info("An unreachable cluster is released as it is: cluster={} reason={}", cluster.id(), reach.reason());
            return new Progress.Gone(manifests.objects());
        }
        try {
            manifests.remove(clusters.client(cluster.id()));
            return new Progress.Gone(List.of());
        } catch (DroverException e) {
            if (e.fault() == Fault.UNAVAILABLE && !clusters.reach(cluster.id()).reachable()) {
                // Its tunnel ended under our hands: either what we removed was the agent, or it can't be reached any
                // more.
                return new Progress.Gone(manifests.objects());
            }
            throw e;
        }
    }
}

package io.drover.shell.cluster;

import io.drover.api.cluster.Clusters;
import io.drover.api.cluster.Clusters.Reach;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.Condition;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(scope = "cluster", name = "list", description = "Lists the clusters, and what each is waiting for.")
public final class ListClusters extends DroverCommand {

    @Option(name = "--driver", description = "Only clusters of this driver, such as imported")
    String driver;

    @Reference
    ManagementPlane plane;

    @Reference
    Clusters clusters;

    @Override
    public void run(PrintStream out) {
        ShellTable table = new ShellTable();
        table.column("ID");
        table.column("Name");
        table.column("State");
        table.column("Driver");
        table.column("Version");
        table.column("Nodes").alignRight();
        table.column("Message");
        table.emptyTableText("There are no clusters; cluster:create makes one");
        plane.objects(Cluster.class).list().stream()
                .filter(cluster ->
                        driver == null || driver.equals(cluster.value().status().driver()))
                .sorted(Comparator.comparing(Resource::name))
                .forEach(cluster -> {
                    ClusterStatus status = cluster.value().status();
                    String version =
                            status.version() == null ? "" : status.version().gitVersion();
                    Shown shown = shown(cluster);
                    table.addRow()
                            .addContent(
                                    cluster.name(),
                                    Text.cell(cluster.value().spec().displayName()),
                                    shown.state(),
                                    Text.cell(status.driver()),
                                    Text.cell(version),
                                    Text.cell(status.nodeCount()),
                                    Text.cell(shown.message()));
                });
        table.print(out);
    }

    private record Shown(String state, String message) {}

    private Shown shown(Resource<Cluster> cluster) {
        Optional<Condition> unmet = cluster.value().status().conditions().stream()
                .filter(condition -> !condition.isTrue())
                .filter(condition ->
                        condition.message() != null && !condition.message().isEmpty())
                .findFirst();
        String message = unmet.map(Condition::message).orElse("");
        if (cluster.isBeingDeleted()) {
            return new Shown("removing", message);
        }
        Optional<Condition> ready = Condition.find(cluster.value().status().conditions(), "Ready");
        if (ready.isEmpty()) {
            return new Shown("pending", message);
        }
        if (!ready.get().isTrue()) {
            return new Shown(
                    "unavailable", Optional.ofNullable(ready.get().message()).orElse(message));
        }
        Reach reach = clusters.reach(cluster.name());
        return reach.reachable() ? new Shown("active", message) : new Shown("unavailable", reach.reason());
    }
}

package io.drover.shell.cluster;

import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "cluster",
        name = "delete",
        description = "Releases clusters: removes them here, and their agents there.")
public final class DeleteClusters extends DroverCommand {

    @Argument(name = "clusters", description = "Names or ids", required = true, multiValued = true)
    @Completion(ClusterNames.class)
    List<String> clusters;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        List<Resource<Cluster>> found =
                clusters.stream().map(name -> Lookup.cluster(plane, name)).toList();
        for (Resource<Cluster> cluster : found) {
            plane.objects(Cluster.class).delete(cluster.name());
            out.println("Removing " + Text.cell(cluster.value().spec().displayName()) + " (" + cluster.name() + ")");
        }
    }
}

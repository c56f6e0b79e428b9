package io.drover.shell.cluster;

import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "cluster",
        name = "rebuilt",
        description = "Lets a cluster that was built anew register in the place of the old one.")
public final class RebuiltCluster extends DroverCommand {

    @Argument(name = "cluster", description = "Name or id", required = true)
    @Completion(ClusterNames.class)
    String cluster;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        Resource<Cluster> found = Lookup.cluster(plane, cluster);
        plane.objects(Cluster.class)
                .edit(
                        found.name(),
                        current -> current.withMetadata(
                                metadata -> metadata.setAnnotations(withoutIdentity(metadata.getAnnotations()))));
        out.println("The next cluster that comes with the registration token of "
                + Text.cell(found.value().spec().displayName()) + " (" + found.name() + ") is taken for it");
    }

    private static Map<String, String> withoutIdentity(Map<String, String> annotations) {
        Map<String, String> left = annotations == null ? new HashMap<>() : new HashMap<>(annotations);
        left.remove(Cluster.IDENTITY);
        return left;
    }
}

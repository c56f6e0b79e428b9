package io.drover.shell.cluster;

import io.drover.api.DroverException;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.user.UserNames;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.PrintStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "cluster",
        name = "create",
        description = "Makes a cluster that waits to be imported, and prints its id.")
public final class CreateCluster extends DroverCommand {

    private static final String CREATOR = "field.cattle.io/creatorId";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    @Argument(name = "name", description = "Display name: lower-case letters, digits and dashes", required = true)
    String name;

    @Option(name = "--owner", description = "User, by name or id, who becomes owner of the cluster")
    @Completion(UserNames.class)
    String owner;

    @Option(name = "--description", description = "What the cluster is for")
    String description;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        if (!NAME.matcher(name).matches()) {
            throw DroverException.rejected(
                    "A cluster's name is made of at most 63 lower-case letters, digits and dashes, no dash at its ends");
        }
        Objects<Cluster> clusters = plane.objects(Cluster.class);
        boolean taken = clusters.list().stream()
                .anyMatch(cluster -> name.equals(cluster.value().spec().displayName()));
        if (taken) {
            throw DroverException.rejected("There is a cluster " + name + " already");
        }
        Map<String, String> annotations = owner == null
                ? Map.of()
                : Map.of(CREATOR, Lookup.user(plane, owner).name());
        ClusterSpec spec = new ClusterSpec(name, description == null ? "" : description, false, null, null, null);
        Resource<Cluster> created = clusters.create(new Resource<>(
                new ObjectMetaBuilder()
                        .withGenerateName("c-")
                        .withAnnotations(annotations)
                        .build(),
                new Cluster(spec, null)));
        out.println(created.name());
    }
}

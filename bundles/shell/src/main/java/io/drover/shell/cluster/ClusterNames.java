package io.drover.shell.cluster;

import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.shell.Names;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** Ids and display names of clusters. */
@Service
public final class ClusterNames implements Completer {

    @Reference
    ManagementPlane plane;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return Names.complete(
                plane.watched(Cluster.class).list().stream()
                        .flatMap(cluster ->
                                Stream.of(cluster.name(), cluster.value().spec().displayName())),
                session,
                commandLine,
                candidates);
    }
}

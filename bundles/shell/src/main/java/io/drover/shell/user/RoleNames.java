package io.drover.shell.user;

import io.drover.api.model.GlobalRole;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.Names;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** Names of global roles, and of roles in clusters. */
@Service
public final class RoleNames implements Completer {

    @Reference
    ManagementPlane plane;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        Stream<String> global = plane.watched(GlobalRole.class).list().stream().map(Resource::name);
        Stream<String> inClusters = plane.watched(RoleTemplate.class).list().stream()
                .filter(role -> "cluster".equals(role.value().context()))
                .map(Resource::name);
        return Names.complete(Stream.concat(global, inClusters), session, commandLine, candidates);
    }
}

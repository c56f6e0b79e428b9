package io.drover.shell.user;

import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.cluster.ClusterNames;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "user",
        name = "grant",
        description = "Gives a user a global role, or a role in one cluster; or takes it away.")
public final class GrantRole extends DroverCommand {

    @Argument(name = "user", description = "Name or id", required = true)
    @Completion(UserNames.class)
    String user;

    @Argument(
            index = 1,
            name = "role",
            description = "Such as admin; or cluster-owner, with --cluster",
            required = true)
    @Completion(RoleNames.class)
    String role;

    @Option(name = "--cluster", description = "Name or id of the cluster that the role is for")
    @Completion(ClusterNames.class)
    String cluster;

    @Option(name = "--take-away", description = "Takes the role away")
    boolean takeAway;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        String userId = Lookup.user(plane, user).name();
        Grants grants = new Grants(plane);
        String where = "";
        boolean changed;
        if (cluster == null) {
            changed = takeAway ? grants.takeGlobally(userId, role) : grants.giveGlobally(userId, role);
        } else {
            String clusterId = Lookup.cluster(plane, cluster).name();
            where = " in " + clusterId;
            changed = takeAway ? grants.takeIn(clusterId, userId, role) : grants.giveIn(clusterId, userId, role);
        }
        String has = takeAway ? " no longer has " : " has ";
        out.println(userId + has + role + where + (changed ? "" : ": nothing to change"));
    }
}

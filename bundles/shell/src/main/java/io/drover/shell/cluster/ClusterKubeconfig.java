package io.drover.shell.cluster;

import io.drover.api.auth.SignIns;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.cluster.Kubeconfig;
import io.drover.api.model.Cluster;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.SettingValue;
import io.drover.shell.user.UserNames;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "cluster",
        name = "kubeconfig",
        description = "Prints a kubeconfig that leads into a cluster, with a new token in it.")
public final class ClusterKubeconfig extends DroverCommand {

    /** The management plane itself, which is reached like a cluster. */
    private static final String LOCAL = "local";

    @Argument(name = "cluster", description = "Name or id; local for the management plane itself", required = true)
    @Completion(ClusterNames.class)
    String cluster;

    @Option(name = "--user", description = "User, by name or id, whom the token is for")
    @Completion(UserNames.class)
    String user = "admin";

    @Option(name = "--url", description = "Where kubectl reaches this server; instead of the setting server-url")
    String url;

    @Reference
    ManagementPlane plane;

    @Reference
    SignIns signIns;

    @Override
    public void run(PrintStream out) {
        String id = LOCAL;
        String name = LOCAL;
        if (!cluster.equals(LOCAL)) {
            Resource<Cluster> found = Lookup.cluster(plane, cluster);
            id = found.name();
            name = found.value().spec().displayName();
        }
        URI server = SettingValue.serverUrl(plane, url);
        Resource<User> holder = Lookup.user(plane, user);
        String token = signIns.issue(
                        holder.name(), new TokenRequest("kubeconfig", "Kubeconfig token", Duration.ZERO, "", true))
                .value();
        out.print(new Kubeconfig(id, name, server, SettingValue.caCertificates(plane), token).yaml());
    }
}

package io.drover.shell.cluster;

import io.drover.api.DroverException;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.SettingValue;
import java.io.PrintStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "cluster",
        name = "import",
        description = "Prints what to run in a Kubernetes cluster so that it becomes this one.")
public final class ImportCluster extends DroverCommand {

    private static final String TOKEN = "default-token";
    private static final int LOOKS = 100;
    private static final long BETWEEN_LOOKS_MILLIS = 200;

    @Argument(name = "cluster", description = "Name or id, as cluster:create made it", required = true)
    @Completion(ClusterNames.class)
    String cluster;

    @Option(name = "--url", description = "Where the cluster reaches this server; instead of the setting server-url")
    String url;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) throws InterruptedException {
        Resource<Cluster> found = Lookup.cluster(plane, cluster);
        URI server = SettingValue.serverUrl(plane, url);
        String manifest = server + "/v3/import/" + awaitToken(found.name()) + "_" + found.name() + ".yaml";
        out.println("Run this with kubectl pointed at the cluster:");
        out.println();
        out.println("  kubectl apply -f " + manifest);
        out.println();
        out.println("or, if kubectl does not trust this server's certificate:");
        out.println();
        out.println("  curl --insecure -sfL " + manifest + " | kubectl apply -f -");
    }

    /** A cluster's controller makes its token soon after the cluster. */
    private String awaitToken(String clusterId) throws InterruptedException {
        Objects<ClusterRegistrationToken> tokens = plane.objects(ClusterRegistrationToken.class);
        for (int look = 0; look < LOOKS; look++) {
            Optional<String> token = tokens.get(clusterId, TOKEN)
                    .flatMap(t -> Optional.ofNullable(t.value().status()))
                    .flatMap(status -> Optional.ofNullable(status.token()))
                    .filter(secret -> !secret.isEmpty());
            if (token.isPresent()) {
                return token.get();
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
        throw DroverException.unavailable("Cluster " + clusterId + " has got no registration token within "
                + TimeUnit.MILLISECONDS.toSeconds(LOOKS * BETWEEN_LOOKS_MILLIS) + " s; are the controllers running?");
    }
}

package io.drover.controllers.cluster;

import io.drover.api.RandomText;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.control.Wakes;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.controllers.agent.Fingerprints;
import io.drover.controllers.settings.Settings;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Gives each registration token its secret and the commands that users paste; empty ones until the server's URL is set. */
@Component(service = Reconciler.class)
public final class RegistrationTokens implements Reconciler<ClusterRegistrationToken> {

    /** Name of the token that every cluster has. */
    static final String DEFAULT = "default-token";

    private static final Set<String> IN_COMMANDS =
            Set.of(Settings.SERVER_URL, Settings.CA_CERTIFICATES, Settings.AGENT_IMAGE, Settings.REGISTRY);

    private final Settings settings;
    private AutoCloseable listening = () -> {};

    @Activate
    public RegistrationTokens(@Reference ManagementPlane plane) {
        this.settings = new Settings(plane);
    }

    @Override
    public Class<ClusterRegistrationToken> kind() {
        return ClusterRegistrationToken.class;
    }

    @Override
    public String condition(Resource<ClusterRegistrationToken> token) {
        return "";
    }

    @Override
    public void wokenBy(Wakes wakes) {
        listening = settings.listen(name -> {
            if (IN_COMMANDS.contains(name)) {
                wakes.all();
            }
        });
    }

    @Deactivate
    void deactivate() throws Exception {
        listening.close();
    }

    @Override
    public Outcome<ClusterRegistrationToken> reconcile(Resource<ClusterRegistrationToken> token) {
        String fresh = RandomText.secret();
        return Outcome.show(shown -> {
            String kept = shown.status() == null ? null : shown.status().token();
            String secret = kept == null || kept.isEmpty() ? fresh : kept;
            return new ClusterRegistrationToken(
                    shown.spec(), commands(token.namespace().orElseThrow(), secret));
        });
    }

    private ClusterRegistrationToken.Status commands(String clusterId, String token) {
        Optional<URI> server = settings.serverUrl();
        if (server.isEmpty()) {
            return new ClusterRegistrationToken.Status(token, "", "", "", "", "", "", "");
        }
        String manifest = server.get() + "/v3/import/" + token + "_" + clusterId + ".yaml";
        String image = settings.pulled(settings.get(Settings.AGENT_IMAGE));
        String checksum = Fingerprints.caChecksum(settings.get(Settings.CA_CERTIFICATES));
        String registration = " --server " + server.get() + " --token " + token
                + (checksum.isEmpty() ? "" : " --ca-checksum " + checksum);
        return new ClusterRegistrationToken.Status(
                token,
                "kubectl apply -f " + manifest,
                "curl --insecure -sfL " + manifest + " | kubectl apply -f -",
                manifest,
                "sudo docker run -d --privileged --restart=unless-stopped --net=host -v /etc/kubernetes:/etc/kubernetes"
                        + " -v /var/run:/var/run " + image + registration,
                "",
                "PowerShell -NoLogo -NonInteractive -Command \"& {docker run -v c:\\:c:\\host " + image + " bootstrap"
                        + registration + " | iex}\"",
                "");
    }
}

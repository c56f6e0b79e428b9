package io.example.pasture;

import io.drover.api.DroverException;
import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pastures are there already: all there is to do is to say where. */
@Component
public final class PastureDriver implements ClusterDriver<PastureSettings> {

    private static final Logger log = LoggerFactory.getLogger(PastureDriver.class);

    @Activate
    public PastureDriver(BundleContext context) {
        this(context.getBundle().getVersion());
    }

    PastureDriver(Version version) {
        log.info("Pastures are served: version={}", version);
    }

    @Override
    public String kind() {
        return "pasture";
    }

    @Override
    public Class<PastureSettings> settingsType() {
        return PastureSettings.class;
    }

    @Override
    public Progress converge(DrivenCluster<PastureSettings> cluster) {
        PastureSettings settings = cluster.settings();
        return new Progress.Ready(
                new ClusterEndpoint(server(settings.server()), settings.caCertificate(), settings.token(), true));
    }

    @Override
    public Progress remove(DrivenCluster<PastureSettings> cluster) {
        return new Progress.Gone(List.of());
    }

    private static URI server(String server) {
        try {
            URI uri = new URI(server);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw DroverException.invalid(
                "InvalidFormat", "server", "A pasture's server is an https:// URL, not " + server);
    }
}

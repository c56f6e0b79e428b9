package io.drover.gateway.tunnel;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether an agent may have a tunnel, and stores what it says of its cluster where that is new. */
final class Registrations implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Registrations.class);
    private static final String IMPORTED = "imported";

    /** Drivers whose clusters are described by their agent; the others' engines know better. */
    private static final Set<String> DESCRIBED_BY_AGENT = Set.of(IMPORTED, "k3s", "k3os", "rke2", "rancherd");

    private final RegistrationTokens tokens;
    private final Watched<Cluster> clusters;
    private final Objects<Cluster> stored;
    private final Credentials credentials;
    private final Tunnels tunnels;

    Registrations(ManagementPlane plane, Credentials credentials, Tunnels tunnels) {
        this.tokens = new RegistrationTokens(plane.watched(ClusterRegistrationToken.class));
        this.clusters = plane.watched(Cluster.class);
        this.stored = plane.objects(Cluster.class);
        this.credentials = credentials;
        this.tunnels = tunnels;
    }

    /**
     * Answers the key of the tunnel, the cluster's id. Blocks while something is stored.
     *
     * @param token of the registration
     * @param parameters the header as it came, null if there was none
     * @throws DroverException {@code UNAUTHENTICATED} without a token, else {@code REJECTED}, in words for the agent's log
     */
    String admit(String token, String parameters) {
        if (token == null || token.isBlank()) {
            throw new DroverException(Fault.UNAUTHENTICATED, "failed authentication");
        }
        Resource<Cluster> cluster = tokens.cluster(token)
                .flatMap(clusters::get)
                .orElseThrow(() -> DroverException.rejected("cluster not found"));
        Registration registration = Registration.parse(parameters);
        if (isDescribedByAgent(cluster.value())) {
            store(cluster, registration);
        }
        return cluster.name();
    }

    @Override
    public void close() throws Exception {
        tokens.close();
    }

    private void store(Resource<Cluster> cluster, Registration registration) {
        ClusterStatus known = cluster.value().status();
        boolean sameCluster = registration.caCert().equals(known.caCert());
        if (!sameCluster && isSet(known.caCert())) {
            if (tunnels.isUp(cluster.name())) {
                log.warn(
                        "An agent of another cluster used this cluster's registration and was refused: cluster={}",
                        cluster.name());
                throw DroverException.rejected("another cluster is connected with this registration");
            }
            log.warn("The cluster's agent came back with other certificates: cluster={}", cluster.name());
        }
        String endpoint = "https://" + registration.address();
        boolean sameToken = credentials
                .token(known.serviceAccountTokenSecret())
                .filter(registration.token()::equals)
                .isPresent();
        if (sameCluster && sameToken && endpoint.equals(known.apiEndpoint()) && isSet(known.driver())) {
            return;
        }
        String secret = sameToken
                ? known.serviceAccountTokenSecret()
                : credentials.store(cluster.name(), cluster.metadata().getUid(), registration.token());
        stored.edit(
                cluster.name(),
                current -> current.with(value ->
                        value.withStatus(status -> (isSet(status.driver()) ? status : status.withDriver(IMPORTED))
                                .withEndpoint(endpoint, registration.caCert(), secret, false))));
        log.info("Cluster registered: cluster={} endpoint={}", cluster.name(), endpoint);
    }

    private static boolean isDescribedByAgent(Cluster cluster) {
        String driver = cluster.status().driver();
        return isSet(driver)
                ? DESCRIBED_BY_AGENT.contains(driver)
                : cluster.spec().genericEngineConfig() == null
                        || cluster.spec().genericEngineConfig().isEmpty();
    }

    private static boolean isSet(String text) {
        return text != null && !text.isEmpty();
    }
}

package io.drover.gateway.tunnel;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterStatus;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.Condition;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether an agent may have a tunnel, and stores what it says of its cluster where that is new. */
final class Registrations implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Registrations.class);
    private static final String IMPORTED = "imported";

    /** Drivers whose clusters are described by their agent; the others' engines know better. */
    private static final Set<String> DESCRIBED_BY_AGENT = Set.of(IMPORTED, "k3s", "k3os", "rke2", "rancherd");

    /** Says that an agent of another cluster was turned away. */
    private static final String REFUSED = "AgentRefused";

    private static final int STRANGERS_REMEMBERED = 1_000;

    private final RegistrationTokens tokens;
    private final Watched<Cluster> clusters;
    private final Objects<Cluster> stored;
    private final Credentials credentials;
    private final Tunnels tunnels;
    /** Identities of clusters that were refused, so that their agents hear at once why. */
    private final Map<String, String> strangers = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > STRANGERS_REMEMBERED;
        }
    });

    Registrations(ManagementPlane plane, Credentials credentials, Tunnels tunnels) {
        this.tokens = new RegistrationTokens(plane.watched(ClusterRegistrationToken.class));
        this.clusters = plane.watched(Cluster.class);
        this.stored = plane.objects(Cluster.class);
        this.credentials = credentials;
        this.tunnels = tunnels;
    }

    /**
     * Who may have a tunnel.
     *
     * @param clusterId its key
     * @param unproved what the agent says of its cluster, if that may be another one than the one that registered before: {@link #prove}
     *     has to be called before anything else goes through the tunnel
     */
    record Admitted(String clusterId, Optional<Registration> unproved) {}

    /**
     * Answers who comes. Blocks while something is stored.
     *
     * @param token of the registration
     * @param parameters the header as it came, null if there was none
     * @throws DroverException {@code UNAUTHENTICATED} without a token, else {@code REJECTED}, in words for the agent's log
     */
    Admitted admit(String token, String parameters) {
        if (token == null || token.isBlank()) {
            throw new DroverException(Fault.UNAUTHENTICATED, "failed authentication");
        }
        Resource<Cluster> cluster = tokens.cluster(token)
                .flatMap(clusters::get)
                .orElseThrow(() -> DroverException.rejected("cluster not found"));
        Registration registration = Registration.parse(parameters);
        if (!isDescribedByAgent(cluster.value())) {
            return new Admitted(cluster.name(), Optional.empty());
        }
        String known = cluster.value().status().caCert();
        if (isSet(known) && !known.equals(registration.caCert()) && !mayReplace(cluster, registration)) {
            return new Admitted(cluster.name(), Optional.of(registration));
        }
        store(cluster, registration);
        return new Admitted(cluster.name(), Optional.empty());
    }

    /** Whether a cluster with other certificates takes the place of the one before without being asked who it is. */
    private boolean mayReplace(Resource<Cluster> cluster, Registration registration) {
        String identity = identity(cluster);
        if (identity.isEmpty()) {
            if (tunnels.isUp(cluster.name())) {
                throw DroverException.rejected("another cluster is connected with this registration");
            }
            return true;
        }
        String stranger = strangers.get(digest(cluster, registration));
        if (stranger != null && !stranger.equals(identity)) {
            throw refused(cluster, stranger);
        }
        return false;
    }

    /**
     * Takes in a cluster that came with other certificates, or refuses it. Blocks.
     *
     * @param identity what the cluster answered
     * @throws DroverException {@code REJECTED} if it is another one
     */
    void prove(String clusterId, Registration registration, String identity) {
        Resource<Cluster> cluster =
                clusters.get(clusterId).orElseThrow(() -> DroverException.rejected("cluster not found"));
        String known = identity(cluster);
        if (!known.isEmpty() && !known.equals(identity)) {
            log.warn(
                    "An agent of another cluster used this cluster's registration and was refused: cluster={} identity={} other={}",
                    clusterId,
                    known,
                    identity);
            strangers.put(digest(cluster, registration), identity);
            throw refused(cluster, identity);
        }
        log.info("The cluster's agent came back with other certificates: cluster={}", clusterId);
        store(cluster, registration);
    }

    /** Says in the cluster's condition that a stranger was refused, and for the agent why. */
    private DroverException refused(Resource<Cluster> cluster, String stranger) {
        String message = "another cluster is registered with this token: its kube-system has the uid "
                + identity(cluster)
                + ", that of this agent's cluster " + stranger + ". Apply the manifest of its own cluster there; if "
                + cluster.name() + " was rebuilt, let it in by the console's cluster:rebuilt";
        show(cluster.name(), new Condition(REFUSED, "True", "AnotherCluster", message, null, null));
        return DroverException.rejected(message);
    }

    private void show(String clusterId, Condition condition) {
        stored.edit(
                clusterId,
                current -> current.with(value -> value.withStatus(status -> status.withCondition(condition))));
    }

    private static String identity(Resource<Cluster> cluster) {
        return cluster.annotation(Cluster.IDENTITY).orElse("");
    }

    private static String digest(Resource<Cluster> cluster, Registration registration) {
        return cluster.metadata().getUid() + " " + RegistrationTokens.digest(registration.caCert());
    }

    @Override
    public void close() throws Exception {
        tokens.close();
    }

    private void store(Resource<Cluster> cluster, Registration registration) {
        ClusterStatus known = cluster.value().status();
        boolean sameCluster = registration.caCert().equals(known.caCert());
        String endpoint = "https://" + registration.address();
        boolean sameToken = credentials
                .token(known.serviceAccountTokenSecret())
                .filter(registration.token()::equals)
                .isPresent();
        boolean calm = Condition.find(known.conditions(), REFUSED)
                .filter(Condition::isTrue)
                .isEmpty();
        if (calm && sameCluster && sameToken && endpoint.equals(known.apiEndpoint()) && isSet(known.driver())) {
            return;
        }
        String secret = sameToken
                ? known.serviceAccountTokenSecret()
                : credentials.store(cluster.name(), cluster.metadata().getUid(), registration.token());
        stored.edit(
                cluster.name(),
                current -> current.with(value -> value.withStatus(
                        status -> admitted(isSet(status.driver()) ? status : status.withDriver(IMPORTED))
                                .withEndpoint(endpoint, registration.caCert(), secret, false))));
        log.info("Cluster registered: cluster={} endpoint={}", cluster.name(), endpoint);
    }

    /** A stranger who tries again is told of again. */
    private static ClusterStatus admitted(ClusterStatus status) {
        return Condition.find(status.conditions(), REFUSED).isPresent()
                ? status.withCondition(Condition.no(REFUSED, "", ""))
                : status;
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

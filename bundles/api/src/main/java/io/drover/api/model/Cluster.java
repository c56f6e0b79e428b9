package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A Kubernetes cluster behind the gate. Its name is its id, {@code c-} and five characters. */
@Kind(
        plural = "clusters",
        columns = {
            @Column(name = "Display Name", path = ".spec.displayName"),
            @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
            @Column(name = "Driver", path = ".status.driver"),
            @Column(name = "Version", path = ".status.version.gitVersion"),
            @Column(name = "Endpoint", path = ".status.apiEndpoint", priority = 1),
            @Column(name = "Message", path = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
        })
@Rest(type = "cluster", plural = "clusters", idPrefix = "c-", stateful = true)
@Description("A Kubernetes cluster behind the gate. Its name is its id.")
public record Cluster(ClusterSpec spec, ClusterStatus status) {

    /** Namespace of the Secrets that hold clusters' credentials. */
    public static final String CREDENTIALS_NAMESPACE = "cattle-global-data";

    /**
     * Annotation that holds the uid of the cluster's namespace {@code kube-system}, by which it is known from its first registration on.
     * Without it, whoever comes next with the cluster's registration token takes its place.
     */
    public static final String IDENTITY = "drover.io/kube-system-uid";

    /** What stands in a cluster's settings in the place of a driver's secret. */
    public static final String SECRET_KEPT_APART = "(kept in a Secret)";

    public Cluster {
        spec = spec == null ? ClusterSpec.named("") : spec;
        status = status == null ? ClusterStatus.NONE : status;
    }

    /** Name of the Secret in {@link #CREDENTIALS_NAMESPACE} that holds the secrets among a cluster's settings, by their names. */
    public static String settingsSecret(String clusterId) {
        return "cluster-driver-settings-" + clusterId;
    }

    public Cluster withStatus(UnaryOperator<ClusterStatus> change) {
        return new Cluster(spec, change.apply(status));
    }

    /**
     * What the cluster's owner asked for.
     *
     * @param genericEngineConfig settings of the driver named in its key {@code driverName}; absent for an imported cluster
     */
    @Description("What the cluster's owner asked for.")
    public record ClusterSpec(
            @Description("The name that people call it by; unique among clusters.")
                    @Field(rest = "name", type = "dnsLabel")
                    String displayName,
            @Description("What the cluster is for.") String description,
            @Description("Whether it is the cluster that Drover itself lives in.")
                    @Field(create = false, update = false, nullable = false, defaultValue = "false")
                    Boolean internal,
            @Description("Folder of the Docker engine on its nodes.") @Field(defaultValue = "/var/lib/docker")
                    String dockerRootDir,
            @Description("The agent's image, instead of the one in the setting agent-image.") String agentImageOverride,
            @Description(
                            "Settings of the driver that is named in its key driverName. A cluster without them is imported.")
                    @Field(hidden = true)
                    Map<String, Object> genericEngineConfig) {

        public static ClusterSpec named(String displayName) {
            return new ClusterSpec(displayName, "", false, null, null, null);
        }
    }

    /**
     * How the cluster is.
     *
     * @param apiEndpoint {@code https://host:port}
     * @param caCert base64 of the PEM that the API server's certificate is verified with
     * @param serviceAccountTokenSecret name of the Secret in {@link #CREDENTIALS_NAMESPACE} whose key {@code credential} is Drover's token there
     */
    @Description("How the cluster is.")
    public record ClusterStatus(
            @Description("What is the case with it, and what is not yet.") @Field(type = "array[clusterCondition]")
                    List<Condition> conditions,
            @Description("The driver that serves it, such as imported.") String driver,
            @Description("The distribution of Kubernetes, as its version tells.") String provider,
            @Description("Where its API server is reached from inside, as https://host:port.") String apiEndpoint,
            @Description("The authority that its API server's certificate is verified with: PEM in base64.")
                    String caCert,
            @Description("Name of the Secret with the credential that Drover uses there.") @Field(hidden = true)
                    String serviceAccountTokenSecret,
            @Description("Whether its API server is reached without an agent.") @Field(hidden = true)
                    Boolean dialDirectly,
            @Description("The image of the agent that runs there.") String agentImage,
            @Description("How many nodes it has.") @Field(nullable = false, defaultValue = "0") Integer nodeCount,
            @Description("The version of its API server.") Version version) {

        static final ClusterStatus NONE =
                new ClusterStatus(List.of(), null, null, null, null, null, null, null, null, null);

        public ClusterStatus {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
        }

        public ClusterStatus withCondition(Condition condition) {
            return new ClusterStatus(
                    Condition.set(conditions, condition),
                    driver,
                    provider,
                    apiEndpoint,
                    caCert,
                    serviceAccountTokenSecret,
                    dialDirectly,
                    agentImage,
                    nodeCount,
                    version);
        }

        public ClusterStatus withDriver(String newDriver) {
            return new ClusterStatus(
                    conditions,
                    newDriver,
                    provider,
                    apiEndpoint,
                    caCert,
                    serviceAccountTokenSecret,
                    dialDirectly,
                    agentImage,
                    nodeCount,
                    version);
        }

        public ClusterStatus withEndpoint(String endpoint, String caCertBase64, String tokenSecret, boolean direct) {
            return new ClusterStatus(
                    conditions,
                    driver,
                    provider,
                    endpoint,
                    caCertBase64,
                    tokenSecret,
                    direct,
                    agentImage,
                    nodeCount,
                    version);
        }

        public ClusterStatus withSeen(Version newVersion, int newNodeCount) {
            return new ClusterStatus(
                    conditions,
                    driver,
                    provider,
                    apiEndpoint,
                    caCert,
                    serviceAccountTokenSecret,
                    dialDirectly,
                    agentImage,
                    newNodeCount,
                    newVersion);
        }
    }

    /** What {@code /version} of the cluster's API server answers. */
    @Rest(type = "info", plural = "infos")
    @Description("What the cluster's API server says of its version.")
    public record Version(
            String buildDate,
            String compiler,
            String gitCommit,
            String gitTreeState,
            String gitVersion,
            String goVersion,
            String major,
            String minor,
            String platform) {}
}

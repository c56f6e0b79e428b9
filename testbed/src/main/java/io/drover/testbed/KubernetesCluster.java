package io.drover.testbed;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * A real Kubernetes cluster on this machine. Any number of them run side by side, each with addresses of its own.
 *
 * <pre>{@code
 * try (KubernetesCluster cluster = KubernetesCluster.named("lab").withNode().start()) {
 *     cluster.kubectl("run", "web", "--image=" + Images.TOOLS, "--", "httpd", "-f");
 * }
 * }</pre>
 *
 * <p>A cluster without a node needs no rights and answers on a loopback address. One with a node is started by root, and
 * has a network that only this machine reaches; its pods reach this machine at {@link #hostAddress()}.
 *
 * <p>Methods may be called from any thread, and throw {@link TestbedException}.
 */
public final class KubernetesCluster implements AutoCloseable {

    private static final String TOKEN_OWNER =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: testbed, namespace: kube-system}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: testbed}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: ServiceAccount, name: testbed, namespace: kube-system}]
            """;

    private final Settings settings;
    private final Path folder;
    private final Sandbox sandbox;

    KubernetesCluster(Settings settings, Path folder, Sandbox sandbox) {
        this.settings = settings;
        this.folder = folder;
        this.sandbox = sandbox;
    }

    /**
     * Prepares to start a cluster.
     *
     * @param name up to 40 lower-case letters, digits and hyphens; one cluster of a name runs at a time
     */
    public static ClusterStart named(String name) {
        return new ClusterStart(name);
    }

    /** The cluster of that name, whoever started it. */
    public static Optional<KubernetesCluster> running(String name) {
        return running().stream().filter(cluster -> cluster.name().equals(name)).findFirst();
    }

    /** All clusters that run, whoever started them, by name. */
    public static List<KubernetesCluster> running() {
        return ClusterFolders.all().stream()
                .filter(folder -> Sandbox.guardOf(folder).isPresent())
                .flatMap(KubernetesCluster::open)
                .toList();
    }

    private static Stream<KubernetesCluster> open(Path folder) {
        try {
            Settings settings = Settings.read(folder.resolve("cluster"));
            return Stream.of(new KubernetesCluster(settings, folder, Sandbox.of(settings, folder)));
        } catch (IOException e) {
            // It ended while we looked.
            return Stream.empty();
        }
    }

    public String name() {
        return settings.name();
    }

    public boolean hasNode() {
        return settings.node();
    }

    public URI server() {
        return URI.create("https://" + settings.apiAddress() + ":" + Settings.API_PORT);
    }

    /** Where a server on this machine that listens on all addresses is reached by the cluster's pods. */
    public String hostAddress() {
        return settings.hostAddress();
    }

    /** For a member of {@code system:masters}; has all certificates in it. */
    public Path kubeconfig() {
        return folder.resolve("administrator.kubeconfig");
    }

    /** The authority of the API server's certificate, in PEM. */
    public Path authority() {
        return folder.resolve("pki/ca.crt");
    }

    /** Where the API server notes each request, if it was started to do so: a line of JSON for each. */
    public Path auditLog() {
        return ControlPlane.auditLog(folder);
    }

    /** The administrator's certificate, in PEM. */
    public Path clientCertificate() {
        return folder.resolve("pki/administrator.crt");
    }

    /** The administrator's key: RSA, PKCS #8, PEM. */
    public Path clientKey() {
        return folder.resolve("pki/administrator.key");
    }

    /** Trusts the API server, and shows it the administrator's certificate. */
    public SSLContext tls() {
        return Api.tls(authority(), clientCertificate(), clientKey());
    }

    /** A new bearer token of a service account that may do everything; good for a day. */
    public String token() {
        kubectl(TOKEN_OWNER.getBytes(StandardCharsets.UTF_8), "apply", "-f", "-");
        return kubectl("create", "token", "testbed", "--namespace=kube-system", "--duration=24h")
                .strip();
    }

    /** Runs kubectl as the administrator and answers what it printed; it has one minute. */
    public String kubectl(String... arguments) {
        return kubectl(new byte[0], arguments);
    }

    /** Runs kubectl as the administrator with that standard input. */
    public String kubectl(byte[] input, String... arguments) {
        List<String> words = new ArrayList<>(List.of(Parts.kubectl().toString(), "--kubeconfig=" + kubeconfig()));
        words.addAll(List.of(arguments));
        return Command.of(words)
                .with(Map.of("KUBECACHEDIR", folder.resolve("kubectl").toString(), "NO_PROXY", "*"))
                .reading(input)
                .run();
    }

    /** Gives the node an image, from an archive of the OCI's or Docker's form. */
    public void importImage(Path archive) {
        if (!settings.node()) {
            throw new TestbedException("Cluster " + name() + " has no node that could take an image");
        }
        new Node(settings, folder, sandbox).importImage(archive);
    }

    /** The process that holds the cluster: when it ends, so does the cluster. */
    public long pid() {
        return Sandbox.guardOf(folder)
                .orElseThrow(() -> new TestbedException("Cluster " + name() + " no longer runs"))
                .pid();
    }

    /** Ends all its processes and removes all that it kept; does nothing if that has been done. At most 30 seconds. */
    public void stop() {
        sandbox.remove();
    }

    /** {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** Waits until somebody stops the cluster. */
    void awaitEnd() {
        Sandbox.guardOf(folder).flatMap(guard -> ProcessHandle.of(guard.pid())).ifPresent(guard -> guard.onExit()
                .join());
    }

    /** Files of the cluster, for messages and for looking at by hand. */
    Path folder() {
        return folder;
    }
}

package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a cluster shall be like, and the way from there to one that is ready. */
public final class ClusterStart {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?";

    private final String name;
    private boolean node;
    private boolean fsync;
    private boolean detached;
    private boolean audit;

    ClusterStart(String name) {
        if (!name.matches(NAME)) {
            throw new TestbedException(
                    "\"" + name + "\" cannot name a cluster: up to 40 lower-case letters, digits and hyphens can");
        }
        this.name = name;
    }

    /** With a node that runs containers, and has {@link Images#TOOLS}. */
    public ClusterStart withNode() {
        node = true;
        return this;
    }

    /** With an etcd that forces what it writes to the disk, as for measurements it must. */
    public ClusterStart withFsync() {
        fsync = true;
        return this;
    }

    /** With an API server that keeps {@link KubernetesCluster#auditLog}. */
    public ClusterStart withAudit() {
        audit = true;
        return this;
    }

    /** To run on when this process ends, until it is stopped by name. */
    public ClusterStart detached() {
        detached = true;
        return this;
    }

    /** Builds and fetches what is missing, starts the cluster, and returns when it takes requests, and pods if it has a node. */
    public KubernetesCluster start() {
        Host.prepare(node ? Need.NODE : Need.CLUSTER);
        Parts.kubernetes();
        Parts.etcd();
        if (node) {
            Images.pause();
            Images.tools();
        }
        long begin = System.nanoTime();
        Settings settings = ClusterFolders.reserve(name, node, fsync);
        Path folder = ClusterFolders.of(name);
        Sandbox sandbox = null;
        try {
            sandbox = Sandbox.create(settings, folder);
            Credentials.write(settings, folder);
            KubernetesCluster cluster = new KubernetesCluster(settings, folder, sandbox);
            start(cluster, settings, folder, sandbox);
            if (detached) {
                sandbox.stay();
            }
            Progress.say("cluster %s is ready after %.1f s".formatted(name, (System.nanoTime() - begin) / 1e9));
            return cluster;
        } catch (IOException | RuntimeException e) {
            remove(sandbox, folder, e);
            throw e instanceof TestbedException known
                    ? known
                    : new TestbedException("Cannot start cluster " + name + ": " + e.getMessage(), e);
        }
    }

    private void start(KubernetesCluster cluster, Settings settings, Path folder, Sandbox sandbox) throws IOException {
        ControlPlane controlPlane = new ControlPlane(settings, folder, sandbox);
        controlPlane.startApi(audit);
        if (node) {
            Files.createDirectories(folder.resolve("node"));
            Node nodeParts = new Node(settings, folder, sandbox);
            nodeParts.startContainerd();
            await(sandbox, "containerd", nodeParts::isContainerdReady);
            cluster.importImage(Images.pause());
            cluster.importImage(Images.tools());
        }
        Api api = new Api(cluster.server(), cluster.tls());
        await(sandbox, "the API server", api::isReady);
        controlPlane.startControllers();
        if (node) {
            new Node(settings, folder, sandbox).startKubelet();
        }
        await(
                sandbox,
                "the first service account",
                () -> api.has("/api/v1/namespaces/default/serviceaccounts/default")
                        && api.has("/api/v1/namespaces/default/configmaps/kube-root-ca.crt"));
        if (node) {
            await(sandbox, "the node", () -> api.isNodeReady(settings.nodeName()));
        }
    }

    private void await(Sandbox sandbox, String what, BooleanSupplier condition) {
        Wait.until(LIMIT, what + " of cluster " + name, () -> {
            sandbox.requireRunning();
            return condition.getAsBoolean();
        });
    }

    private static void remove(Sandbox sandbox, Path folder, Exception cause) {
        try {
            if (sandbox == null) {
                Sandbox.remove(folder);
            } else {
                sandbox.remove();
            }
        } catch (TestbedException e) {
            cause.addSuppressed(e);
        }
    }
}

package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * containerd, kubelet and kube-proxy of one cluster. They see a {@code /run} and {@code /var/log} of their own; everything
 * else that they keep is told to lie in the cluster's folder.
 */
final class Node {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String SOCKET = "/run/containerd/containerd.sock";

    private final Settings settings;
    private final Path folder;
    private final Sandbox sandbox;

    Node(Settings settings, Path clusterFolder, Sandbox sandbox) {
        this.settings = settings;
        this.folder = clusterFolder.resolve("node");
        this.sandbox = sandbox;
    }

    void startContainerd() throws IOException {
        Files.createDirectories(folder.resolve("cni"));
        write("cni/10-bridge.conflist", network());
        write("containerd.toml", containerd());
        sandbox.start(
                "containerd",
                List.of(
                        "containerd",
                        "--config",
                        folder.resolve("containerd.toml").toString()));
    }

    /** Starts what looks for the API server seldom, and so has to find it at its first try. */
    void startKubelet() throws IOException {
        write("resolv.conf", "# This cluster resolves no names.\n");
        write("kubelet.yaml", kubelet());
        write("kube-proxy.yaml", kubeProxy());
        Path programs = Parts.kubernetes();
        sandbox.start(
                "kubelet",
                List.of(
                        programs.resolve("kubelet").toString(),
                        "--config=" + folder.resolve("kubelet.yaml"),
                        "--kubeconfig=" + kubeconfig("kubelet"),
                        "--root-dir=" + folder.resolve("kubelet"),
                        "--cert-dir=" + folder.resolve("kubelet/pki"),
                        "--hostname-override=" + settings.nodeName(),
                        "--node-ip=" + settings.apiAddress()));
        sandbox.start(
                "kube-proxy",
                List.of(
                        programs.resolve("kube-proxy").toString(),
                        "--config=" + folder.resolve("kube-proxy.yaml"),
                        "--hostname-override=" + settings.nodeName()));
    }

    void importImage(Path archive) {
        sandbox.command("ctr", "--address", SOCKET, "--namespace", "k8s.io", "images", "import", "-")
                .reading(archive)
                .within(LIMIT)
                .run();
    }

    boolean isContainerdReady() {
        try {
            sandbox.command("ctr", "--address", SOCKET, "--connect-timeout", "1s", "version")
                    .run();
            return true;
        } catch (TestbedException e) {
            return false;
        }
    }

    private String network() {
        return """
                {
                  "cniVersion": "1.0.0",
                  "name": "pods",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "cni0",
                      "isGateway": true,
                      "ipMasq": true,
                      "hairpinMode": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%s",
                        "ranges": [[{"subnet": "%s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]
                      }
                    },
                    {"type": "portmap", "capabilities": {"portMappings": true}}
                  ]
                }
                """
                .formatted(folder.resolve("cni/addresses"), settings.podAddresses());
    }

    private String containerd() throws IOException {
        // An overlay cannot lie on an overlay, as in a container.
        String snapshotter = Files.getFileStore(folder).type().equals("overlay") ? "native" : "overlayfs";
        return """
                version = 2
                root = "%s"
                state = "/run/containerd"
                disabled_plugins = [
                  "io.containerd.internal.v1.opt",
                  "io.containerd.snapshotter.v1.aufs",
                  "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.devmapper",
                  "io.containerd.snapshotter.v1.zfs",
                ]

                [grpc]
                  address = "%s"

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%s"
                  disable_apparmor = true
                  restrict_oom_score_adj = true
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%s"
                    conf_dir = "%s"
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "%s"
                """
                .formatted(
                        folder.resolve("containerd"),
                        SOCKET,
                        Images.PAUSE,
                        Host.cniFolder().orElseThrow(),
                        folder.resolve("cni"),
                        snapshotter);
    }

    private String kubelet() {
        return """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                address: %1$s
                authentication:
                  anonymous: {enabled: false}
                  webhook: {enabled: true}
                  x509: {clientCAFile: %2$s/ca.crt}
                authorization: {mode: Webhook}
                tlsCertFile: %2$s/kubelet.crt
                tlsPrivateKeyFile: %2$s/kubelet.key
                containerRuntimeEndpoint: unix://%3$s
                cgroupDriver: cgroupfs
                cgroupRoot: /%4$s
                enforceNodeAllocatable: []
                failSwapOn: false
                healthzBindAddress: 127.0.0.1
                resolvConf: %5$s/resolv.conf
                volumePluginDir: %5$s/kubelet/volume-plugins
                imageGCHighThresholdPercent: 100
                evictionHard: {imagefs.available: 0%%, nodefs.available: 0%%, nodefs.inodesFree: 0%%}
                """
                .formatted(settings.apiAddress(), pki(), SOCKET, settings.cgroup(), folder);
    }

    private String kubeProxy() {
        return """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                mode: iptables
                bindAddress: %s
                healthzBindAddress: 127.0.0.1:10256
                metricsBindAddress: 127.0.0.1:10249
                clusterCIDR: %s
                clientConnection: {kubeconfig: %s}
                conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
                """
                .formatted(settings.apiAddress(), settings.podAddresses(), kubeconfig("kube-proxy"));
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private Path pki() {
        return folder.resolveSibling("pki");
    }

    private Path kubeconfig(String component) {
        return folder.resolveSibling(component + ".kubeconfig");
    }
}

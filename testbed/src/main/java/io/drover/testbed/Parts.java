package io.drover.testbed;

import java.nio.file.Path;
import java.util.List;

/** The programs and images that clusters, tests and benchmarks are made of. Each is built or fetched once, into the cache. */
public final class Parts {

    private static final String VERSION = "k8s.io/component-base/version.";

    private Parts() {}

    /** Folder with kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy and kubectl. */
    public static Path kubernetes() {
        GoModule module = GoModule.carried("kubernetes", "go.mod", "go.sum", "tools.go");
        String version = module.requires("k8s.io/kubernetes");
        String[] numbers = version.substring(1).split("\\.");
        return module.build(
                List.of(
                        "k8s.io/kubernetes/cmd/kube-apiserver",
                        "k8s.io/kubernetes/cmd/kube-controller-manager",
                        "k8s.io/kubernetes/cmd/kube-scheduler",
                        "k8s.io/kubernetes/cmd/kubectl",
                        "k8s.io/kubernetes/cmd/kubelet",
                        "k8s.io/kubernetes/cmd/kube-proxy"),
                "-X " + VERSION + "gitVersion=" + version + " -X " + VERSION + "gitMajor=" + numbers[0] + " -X "
                        + VERSION + "gitMinor=" + numbers[1]);
    }

    public static Path etcd() {
        return GoModule.carried("etcd", "go.mod", "go.sum", "main.go")
                .build(List.of("."), "")
                .resolve("etcd");
    }

    /** The kubectl of the clusters' version, which speaks WebSocket. */
    public static Path kubectl() {
        return kubernetes().resolve("kubectl");
    }

    /** Debian 12's kubectl 1.20, which speaks nothing but SPDY. */
    public static Path oldKubectl() {
        return DebianPackage.unpacked("kubernetes-client").resolve("usr/bin/kubectl");
    }

    /** Folder with konnectivity's {@code server} and {@code agent}. */
    public static Path konnectivity() {
        return GoModule.carried("konnectivity", "go.mod", "go.sum", "tools.go")
                .build(
                        List.of(
                                "sigs.k8s.io/apiserver-network-proxy/cmd/server",
                                "sigs.k8s.io/apiserver-network-proxy/cmd/agent"),
                        "");
    }

    /**
     * Folder with programs of the Go module in {@code folder}.
     *
     * @param packages the programs' import paths, or {@code .} for the module's own folder; a program is called like the
     *     last element of its path, and {@code .} like the folder
     */
    public static Path goPrograms(Path folder, String... packages) {
        return GoModule.in(folder).build(List.of(packages), "");
    }

    static Path pause() {
        return GoModule.carried("pause", "go.mod", "main.go")
                .build(List.of("."), "")
                .resolve("pause");
    }

    static Path busybox() {
        return DebianPackage.unpacked("busybox-static").resolve("bin/busybox");
    }
}

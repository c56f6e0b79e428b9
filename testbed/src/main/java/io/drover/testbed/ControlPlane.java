package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler of one cluster. */
final class ControlPlane {

    private static final int ETCD_PORT = 12379;
    private static final int ETCD_PEER_PORT = 12380;

    private static final String AUDIT_POLICY =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules: [{level: Metadata}]
            """;

    private final Settings settings;
    private final Path folder;
    private final Sandbox sandbox;
    private final Path programs = Parts.kubernetes();

    ControlPlane(Settings settings, Path folder, Sandbox sandbox) {
        this.settings = settings;
        this.folder = folder;
        this.sandbox = sandbox;
    }

    /** @param audit whether the API server keeps an audit log */
    void startApi(boolean audit) throws IOException {
        String etcd = "http://" + settings.innerAddress() + ":" + ETCD_PORT;
        String peer = "http://" + settings.innerAddress() + ":" + ETCD_PEER_PORT;
        List<String> etcdCommand = new ArrayList<>(List.of(
                Parts.etcd().toString(),
                "--name=" + settings.name(),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + settings.name() + "=" + peer,
                "--log-level=warn"));
        if (!settings.fsync()) {
            etcdCommand.add("--unsafe-no-fsync");
        }
        sandbox.start("etcd", etcdCommand);
        List<String> apiCommand = new ArrayList<>(List.of(
                programs.resolve("kube-apiserver").toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=" + settings.apiAddress(),
                "--secure-port=" + Settings.API_PORT,
                "--advertise-address=" + settings.advertisedAddress(),
                "--service-cluster-ip-range=" + settings.serviceAddresses(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged",
                "--client-ca-file=" + pki("ca.crt"),
                "--tls-cert-file=" + pki("kube-apiserver.crt"),
                "--tls-private-key-file=" + pki("kube-apiserver.key"),
                "--kubelet-certificate-authority=" + pki("ca.crt"),
                "--kubelet-client-certificate=" + pki("kubelet-client.crt"),
                "--kubelet-client-key=" + pki("kubelet-client.key"),
                "--kubelet-preferred-address-types=InternalIP",
                "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"),
                "--requestheader-allowed-names=front-proxy-client",
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--proxy-client-cert-file=" + pki("front-proxy-client.crt"),
                "--proxy-client-key-file=" + pki("front-proxy-client.key"),
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + pki("service-accounts.crt"),
                "--service-account-signing-key-file=" + pki("service-accounts.key")));
        if (audit) {
            Path policy = Files.writeString(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
            apiCommand.add("--audit-policy-file=" + policy);
            apiCommand.add("--audit-log-path=" + auditLog(folder));
        }
        sandbox.start("kube-apiserver", apiCommand);
    }

    static Path auditLog(Path folder) {
        return folder.resolve("audit.log");
    }

    /** Starts what would end at once if the API server did not answer. */
    void startControllers() throws IOException {
        sandbox.start(
                "kube-controller-manager",
                List.of(
                        programs.resolve("kube-controller-manager").toString(),
                        "--kubeconfig=" + kubeconfig("kube-controller-manager"),
                        "--authentication-kubeconfig=" + kubeconfig("kube-controller-manager"),
                        "--authorization-kubeconfig=" + kubeconfig("kube-controller-manager"),
                        "--bind-address=" + settings.innerAddress(),
                        "--tls-cert-file=" + pki("kube-controller-manager.crt"),
                        "--tls-private-key-file=" + pki("kube-controller-manager.key"),
                        "--client-ca-file=" + pki("ca.crt"),
                        "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"),
                        "--cluster-name=" + settings.name(),
                        "--cluster-signing-cert-file=" + pki("ca.crt"),
                        "--cluster-signing-key-file=" + pki("ca.key"),
                        "--root-ca-file=" + pki("ca.crt"),
                        "--service-account-private-key-file=" + pki("service-accounts.key"),
                        "--use-service-account-credentials",
                        "--controllers=*,bootstrap-signer-controller,token-cleaner-controller",
                        // At the usual 20 requests a second, 40 controllers take 6 seconds to start.
                        "--kube-api-qps=500",
                        "--kube-api-burst=500",
                        "--leader-elect=false"));
        sandbox.start(
                "kube-scheduler",
                List.of(
                        programs.resolve("kube-scheduler").toString(),
                        "--kubeconfig=" + kubeconfig("kube-scheduler"),
                        "--authentication-kubeconfig=" + kubeconfig("kube-scheduler"),
                        "--authorization-kubeconfig=" + kubeconfig("kube-scheduler"),
                        "--bind-address=" + settings.innerAddress(),
                        "--tls-cert-file=" + pki("kube-scheduler.crt"),
                        "--tls-private-key-file=" + pki("kube-scheduler.key"),
                        "--client-ca-file=" + pki("ca.crt"),
                        "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"),
                        "--leader-elect=false"));
    }

    private Path pki(String file) {
        return folder.resolve("pki").resolve(file);
    }

    private Path kubeconfig(String component) {
        return folder.resolve(component + ".kubeconfig");
    }
}

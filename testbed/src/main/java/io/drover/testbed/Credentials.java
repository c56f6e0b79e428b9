package io.drover.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** The certificates of one cluster, and the kubeconfigs of those who call its API server. */
final class Credentials {

    private Credentials() {}

    /** Writes {@code pki/} and {@code *.kubeconfig} into the cluster's folder. */
    static void write(Settings settings, Path folder) throws IOException {
        Path pki = Files.createDirectories(folder.resolve("pki"));
        Authority authority = Authority.create(settings.name() + "-ca");
        Authority frontProxyAuthority = Authority.create(settings.name() + "-front-proxy-ca");
        authority.writeTo(pki, "ca");
        frontProxyAuthority.writeTo(pki, "front-proxy-ca");

        issue(
                        authority,
                        "kube-apiserver",
                        "",
                        List.of(
                                settings.apiAddress(),
                                settings.advertisedAddress(),
                                settings.apiServiceAddress(),
                                "localhost",
                                "kubernetes",
                                "kubernetes.default",
                                "kubernetes.default.svc",
                                "kubernetes.default.svc.cluster.local"))
                .writeTo(pki, "kube-apiserver");
        issue(authority, "kube-apiserver-kubelet-client", "system:masters", List.of())
                .writeTo(pki, "kubelet-client");
        issue(frontProxyAuthority, "front-proxy-client", "", List.of()).writeTo(pki, "front-proxy-client");
        issue(authority, "service-accounts", "", List.of()).writeTo(pki, "service-accounts");

        var administrator =
                authority.issue("administrator", "system:masters", Authority.administratorKeys(), List.of());
        administrator.writeTo(pki, "administrator");
        kubeconfig(settings, authority, administrator, folder.resolve("administrator.kubeconfig"));
        for (String component : List.of("kube-controller-manager", "kube-scheduler", "kube-proxy")) {
            var issued = issue(authority, "system:" + component, "", List.of(settings.innerAddress(), "localhost"));
            issued.writeTo(pki, component);
            kubeconfig(settings, authority, issued, folder.resolve(component + ".kubeconfig"));
        }
        var node = issue(
                authority,
                "system:node:" + settings.nodeName(),
                "system:nodes",
                List.of(settings.apiAddress(), settings.nodeName()));
        node.writeTo(pki, "kubelet");
        kubeconfig(settings, authority, node, folder.resolve("kubelet.kubeconfig"));
    }

    private static Authority.Issued issue(Authority authority, String name, String group, List<String> hosts) {
        return authority.issue(name, group, Authority.ellipticKeys(), hosts);
    }

    private static void kubeconfig(Settings settings, Authority authority, Authority.Issued user, Path file)
            throws IOException {
        String text =
                """
                apiVersion: v1
                kind: Config
                clusters:
                - name: "%1$s"
                  cluster:
                    server: https://%2$s:%3$d
                    certificate-authority-data: %4$s
                users:
                - name: "%1$s"
                  user:
                    client-certificate-data: %5$s
                    client-key-data: %6$s
                contexts:
                - name: "%1$s"
                  context:
                    cluster: "%1$s"
                    user: "%1$s"
                current-context: "%1$s"
                """
                        .formatted(
                                settings.name(),
                                settings.apiAddress(),
                                Settings.API_PORT,
                                base64(authority.certificatePem()),
                                base64(user.certificatePem()),
                                base64(user.keyPem()));
        PrivateFile.write(file, text);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.drover.api.cluster;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A kubeconfig that leads kubectl through Drover into one cluster.
 *
 * @param clusterId name of the Cluster object
 * @param displayName name of the entries in it; the id stands in for an empty one
 * @param server where Drover is reached, such as {@code https://drover.example.com}; a path in it is dropped
 * @param caCertificates PEM that Drover's own certificate is verified with; empty when a public authority issued it
 * @param token {@code name:secret}
 */
public record Kubeconfig(String clusterId, String displayName, URI server, String caCertificates, String token) {

    /** The file's text, with the token in it. */
    public String yaml() {
        return yaml("    token: " + quoted(token) + "\n");
    }

    /**
     * The file's text, without a token: kubectl asks a command for one whenever it needs it.
     *
     * @param command such as {@code drover-token}; called with the words {@code token --server=… --user=… --cluster=…} and answering
     *     with an {@code ExecCredential}
     */
    public String yamlWithCommand(String command) {
        List<String> words =
                List.of("token", "--server=" + server.getRawAuthority(), "--user=" + name(), "--cluster=" + clusterId);
        StringBuilder exec = new StringBuilder();
        exec.append("    exec:\n");
        exec.append("      apiVersion: client.authentication.k8s.io/v1beta1\n");
        exec.append("      command: ").append(quoted(command)).append('\n');
        exec.append("      args:\n");
        words.forEach(word -> exec.append("      - ").append(quoted(word)).append('\n'));
        exec.append("      interactiveMode: IfAvailable\n");
        exec.append("      provideClusterInfo: true\n");
        return yaml(exec.toString());
    }

    private String name() {
        return displayName == null || displayName.isBlank() ? clusterId : displayName;
    }

    /** @param user what proves who the user is, indented */
    private String yaml(String user) {
        String name = quoted(name());
        StringBuilder yaml = new StringBuilder();
        yaml.append("apiVersion: v1\n");
        yaml.append("kind: Config\n");
        yaml.append("clusters:\n");
        yaml.append("- name: ").append(name).append('\n');
        yaml.append("  cluster:\n");
        yaml.append("    server: ")
                .append(quoted(server.getScheme() + "://" + server.getRawAuthority() + "/k8s/clusters/" + clusterId))
                .append('\n');
        if (caCertificates != null && !caCertificates.isBlank()) {
            String data = Base64.getEncoder().encodeToString(caCertificates.getBytes(StandardCharsets.UTF_8));
            yaml.append("    certificate-authority-data: ").append(quoted(data)).append('\n');
        }
        yaml.append("\nusers:\n");
        yaml.append("- name: ").append(name).append('\n');
        yaml.append("  user:\n");
        yaml.append(user);
        yaml.append("\ncontexts:\n");
        yaml.append("- name: ").append(name).append('\n');
        yaml.append("  context:\n");
        yaml.append("    user: ").append(name).append('\n');
        yaml.append("    cluster: ").append(name).append('\n');
        yaml.append("\ncurrent-context: ").append(name).append('\n');
        return yaml.toString();
    }

    @Override
    public String toString() {
        return "Kubeconfig[" + clusterId + " by " + server + "]";
    }

    /** A double-quoted YAML scalar in printable ASCII, so that no name can break out of it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c >= 0x20 && c < 0x7f) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(c <= 0xffff ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }
}

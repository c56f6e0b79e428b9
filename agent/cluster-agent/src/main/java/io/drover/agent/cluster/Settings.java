package io.drover.agent.cluster;

import io.drover.wire.ProxySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the Deployment tells the agent.
 *
 * @param token the registration token
 * @param caChecksum SHA-256 of the certificate authority that signs the server's certificate; empty to trust the
 *     system's authorities
 * @param alsoSystemStore whether the system's authorities are trusted besides that one
 * @param credentialName the Secret that {@code server} and {@code token} come from; others like it are out of date
 * @param apiServer host and port of this cluster's API server
 * @param serviceAccount folder with {@code token}, {@code ca.crt} and {@code namespace}
 */
record Settings(
        URI server,
        String token,
        Optional<String> caChecksum,
        boolean alsoSystemStore,
        Optional<String> credentialName,
        String apiServer,
        Path serviceAccount,
        AllowList allowed,
        ProxySettings proxies) {

    /** What is missing or wrong in the environment, as a sentence. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message);
        }
    }

    /** @param root the file system's root, or a test's folder */
    static Settings read(Map<String, String> environment, Path root) throws Wrong {
        Path credentials = root.resolve("cattle-credentials");
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host.isEmpty()) {
            throw new Wrong("KUBERNETES_SERVICE_HOST is not set: the agent has to run in a pod");
        }
        String apiServer = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        return new Settings(
                server(given(credentials.resolve("url"), environment, "CATTLE_SERVER")),
                given(credentials.resolve("token"), environment, "CATTLE_TOKEN"),
                optional(environment, "CATTLE_CA_CHECKSUM").map(checksum -> checksum.toLowerCase(Locale.ROOT)),
                optional(environment, "STRICT_VERIFY").filter("false"::equals).isPresent(),
                optional(environment, "CATTLE_CREDENTIAL_NAME"),
                apiServer,
                root.resolve("var/run/secrets/kubernetes.io/serviceaccount"),
                allowed(apiServer, port, environment.getOrDefault("DROVER_AGENT_ALLOW", "")),
                proxies(environment));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Settings[server=" + server + "]";
    }

    private static String given(Path file, Map<String, String> environment, String variable) throws Wrong {
        String value = environment.getOrDefault(variable, "");
        try {
            if (Files.exists(file)) {
                value = Files.readString(file);
            }
        } catch (IOException e) {
            throw new Wrong(file + " cannot be read: " + e.getMessage());
        }
        if (value.isBlank()) {
            throw new Wrong("neither " + file + " nor " + variable + " says anything");
        }
        return value.strip();
    }

    private static URI server(String address) throws Wrong {
        try {
            URI server = URI.create(address);
            if (("https".equals(server.getScheme()) || "http".equals(server.getScheme())) && server.getHost() != null) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new Wrong("the server's address is not an https:// one: " + address);
    }

    private static AllowList allowed(String apiServer, String port, String more) {
        var entries = new ArrayList<>(List.of(apiServer));
        for (String name : List.of("", ".default", ".default.svc", ".default.svc.cluster.local")) {
            entries.add("kubernetes" + name + ":" + port);
        }
        Arrays.stream(more.split("[, ]+")).filter(entry -> !entry.isBlank()).forEach(entries::add);
        return new AllowList(
                entries.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList());
    }

    private static ProxySettings proxies(Map<String, String> environment) throws Wrong {
        try {
            return ProxySettings.of(environment);
        } catch (IllegalArgumentException e) {
            throw new Wrong("HTTPS_PROXY or HTTP_PROXY: " + e.getMessage());
        }
    }

    private static Optional<String> optional(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }
}

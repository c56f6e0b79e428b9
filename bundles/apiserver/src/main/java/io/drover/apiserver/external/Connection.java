package io.drover.apiserver.external;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.plane.PlaneEndpoint;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** The way to the cluster that holds the management plane: by a kubeconfig, or by the account of the pod that Drover runs in. */
public final class Connection implements PlaneEndpoint {

    private static final Path POD_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final int CONNECT_MILLIS = 10_000;

    private final Config config;
    private final SSLContext tls;

    private Connection(Config config) {
        this.config = config;
        try {
            this.tls = SSLUtils.sslContext(config);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new DroverException(
                    Fault.REJECTED,
                    "The certificates for the management plane's cluster can't be used: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Reads where the cluster is.
     *
     * @param kubeconfig its current context counts; empty for the account of the pod that this process runs in
     * @throws DroverException {@code REJECTED} with a sentence if that can't be used
     */
    public static Connection read(String kubeconfig) {
        return kubeconfig.isEmpty() ? ofPod(POD_ACCOUNT, System.getenv()) : of(ofFile(Path.of(kubeconfig)));
    }

    private static Connection of(Config config) {
        if (config.isTrustCerts() || config.isDisableHostnameVerification()) {
            throw DroverException.rejected("The management plane's cluster is not verified (insecure-skip-tls-verify):"
                    + " give the kubeconfig the certificate of the cluster's authority");
        }
        URI server = URI.create(config.getMasterUrl());
        if (!"https".equals(server.getScheme()) || !server.getPath().matches("/?")) {
            throw DroverException.rejected(
                    "The management plane's cluster must be at https://host:port, not at " + config.getMasterUrl());
        }
        // HTTP/1.1: over HTTP/2 the JDK's client fails calls beyond the streams that the server allows instead of
        // waiting.
        return new Connection(new ConfigBuilder(config)
                .withHttp2Disable(true)
                .withConnectionTimeout(CONNECT_MILLIS)
                .build());
    }

    private static Config ofFile(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            throw DroverException.rejected("The management plane's kubeconfig can't be read: " + kubeconfig);
        }
        try {
            return Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException e) {
            throw new DroverException(
                    Fault.REJECTED, "The management plane's kubeconfig " + kubeconfig + " is wrong: " + reason(e), e);
        }
    }

    /**
     * By a pod's account.
     *
     * @param account the folder with its {@code token}, which may be replaced at any time, and the authority's {@code ca.crt}
     * @param environment with the variables that say where the API server is
     * @throws DroverException {@code REJECTED} with a sentence if this is no pod
     */
    public static Connection ofPod(Path account, Map<String, String> environment) {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        Path token = account.resolve("token");
        if (host == null || !Files.isReadable(token)) {
            throw DroverException.rejected("The management plane is to be external, but no kubeconfig is set"
                    + " and this process does not run in a pod with a service account");
        }
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        return of(new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/")
                .withCaCertFile(account.resolve("ca.crt").toString())
                .withOauthTokenProvider(new TokenFile(token)::read)
                .build());
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    public Config config() {
        return config;
    }

    @Override
    public URI server() {
        return URI.create(config.getMasterUrl());
    }

    @Override
    public SSLContext tls() {
        return tls;
    }

    @Override
    public Optional<String> bearerToken() {
        return Stream.<Supplier<String>>of(
                        () -> config.getOauthTokenProvider() == null
                                ? null
                                : config.getOauthTokenProvider().getToken(),
                        config::getOauthToken,
                        config::getAutoOAuthToken)
                .map(Supplier::get)
                .filter(token -> token != null && !token.isEmpty())
                .findFirst();
    }
}

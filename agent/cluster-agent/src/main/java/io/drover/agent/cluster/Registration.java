package io.drover.agent.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** What the agent tells the server about its cluster: where the API server is, whom it trusts, and a token for it. */
final class Registration {

    private static final String SERVICE_ACCOUNT = "kubernetes.io/service-account.name";
    private static final String CREDENTIALS = "cattle-credentials-";
    private static final int TRIES = 20;
    private static final long PAUSE_MILLIS = 500;

    private final Settings settings;
    private final KubernetesApi api;

    Registration(Settings settings, KubernetesApi api) {
        this.settings = settings;
        this.api = api;
    }

    /** The handshake's headers. */
    Map<String, String> headers() throws IOException, InterruptedException {
        String authority = Base64.getEncoder().encodeToString(api.authority().getBytes(UTF_8));
        String parameters = parameters(settings.apiServer(), serviceAccountToken(), authority);
        return Map.of(
                "X-API-Tunnel-Token",
                settings.token(),
                "X-API-Tunnel-Params",
                Base64.getEncoder().encodeToString(parameters.getBytes(UTF_8)));
    }

    static String parameters(String address, String token, String authority) {
        return "{\"cluster\":{\"address\":" + Json.quote(address) + ",\"caCert\":" + Json.quote(authority)
                + ",\"token\":" + Json.quote(token) + "}}";
    }

    /** Removes the Secrets that earlier Deployments of the agent took their address and token from. */
    void removeOldCredentials() throws IOException {
        if (settings.credentialName().isEmpty()) {
            return;
        }
        String path = "/api/v1/namespaces/" + api.namespace() + "/secrets";
        KubernetesApi.Answer secrets = api.call("GET", path, KubernetesApi.NAMES, Optional.empty());
        for (Object secret : Json.list(secrets.body(), "items")) {
            String name = Json.string(secret, "metadata", "name").orElse("");
            if (name.startsWith(CREDENTIALS)
                    && !name.equals(settings.credentialName().get())) {
                api.call("DELETE", path + "/" + name, KubernetesApi.OBJECTS, Optional.empty());
            }
        }
    }

    /** A token that lasts, from a Secret that is made if there is none yet. */
    private String serviceAccountToken() throws IOException, InterruptedException {
        String account = api.serviceAccountName();
        String path = "/api/v1/namespaces/" + api.namespace() + "/secrets";
        String name = account + "-agent-token";
        Optional<String> wanted = Optional.of("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
                + Json.quote(name) + ",\"annotations\":{\"" + SERVICE_ACCOUNT + "\":" + Json.quote(account)
                + "}},\"type\":\"kubernetes.io/service-account-token\"}");
        for (int i = 0; i < TRIES; i++) {
            KubernetesApi.Answer secret = api.call("GET", path + "/" + name, KubernetesApi.OBJECTS, Optional.empty());
            Optional<String> token = Json.string(secret.body(), "data", "token");
            if (token.isPresent()) {
                return new String(Base64.getDecoder().decode(token.get()), UTF_8);
            }
            KubernetesApi.Answer made =
                    secret.status() == 404 ? api.call("POST", path, KubernetesApi.OBJECTS, wanted) : secret;
            if (made.status() >= 400 && made.status() != 409) {
                throw new IOException("this cluster's API server gives no token: "
                        + Json.string(made.body(), "message").orElse("status " + made.status()));
            }
            Thread.sleep(PAUSE_MILLIS); // the cluster's own controller fills it in
        }
        throw new IOException(
                "this cluster has made no token for the Secret " + name + "; is its controller manager up?");
    }
}

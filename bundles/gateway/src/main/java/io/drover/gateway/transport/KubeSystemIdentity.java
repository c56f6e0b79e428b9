package io.drover.gateway.transport;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import io.drover.gateway.tunnel.ClusterIdentity;
import io.drover.gateway.tunnel.Registration;
import io.drover.gateway.tunnel.Tunnels;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Result;

/** Looks at a cluster's namespace {@code kube-system}. */
public final class KubeSystemIdentity implements ClusterIdentity {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/v1/namespaces/kube-system";
    private static final int PATIENCE_SECONDS = 15;
    private static final int MAX_ANSWER = 256 * 1024;

    private final ClusterHttp http;

    public KubeSystemIdentity(ClusterHttp http) {
        this.http = http;
    }

    @Override
    public CompletionStage<String> ask(Tunnels tunnels, String key, Registration registration) {
        CompletableFuture<String> identity = new CompletableFuture<>();
        try {
            URI address = URI.create("https://" + registration.address());
            var transport = new TunnelTransport(key, tunnels, ClusterTls.trusting(registration.caCert()));
            var target = ClusterTarget.of(
                    key,
                    address.getHost(),
                    address.getPort() < 0 ? 443 : address.getPort(),
                    registration.token(),
                    transport);
            http.request(target, "GET", PATH)
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .send(new BufferingResponseListener(MAX_ANSWER) {
                        @Override
                        public void onComplete(Result result) {
                            answered(result, getContent(), identity);
                        }
                    });
        } catch (Exception e) {
            identity.completeExceptionally(e);
        }
        return identity;
    }

    private static void answered(Result result, byte[] content, CompletableFuture<String> identity) {
        try {
            if (result.isFailed()) {
                throw DroverException.unavailable(
                        "its API server does not answer: " + result.getFailure().getMessage());
            }
            String uid = result.getResponse().getStatus() == 200
                    ? JSON.readTree(content).at("/metadata/uid").asText()
                    : "";
            if (uid.isEmpty()) {
                throw DroverException.unavailable("its API server answers "
                        + result.getResponse().getStatus() + " when asked for the namespace kube-system");
            }
            identity.complete(uid);
        } catch (Exception e) {
            identity.completeExceptionally(e);
        }
    }
}

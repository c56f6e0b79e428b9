package io.drover.gateway.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;

/** The secret by which the processes that share a management plane know each other; kept there, made by the first. */
final class PeerToken {

    /** Beneath {@code x-api-}, which is never sent on to a cluster. */
    private static final String HEADER = "X-API-Drover-Peer";

    private static final String NAMESPACE = "cattle-system";
    private static final String NAME = "drover-peers";
    private static final String KEY = "token";
    private static final int BYTES = 32;

    private final String token;

    private PeerToken(String token) {
        this.token = token;
    }

    static PeerToken of(KubernetesClient plane) {
        var secrets = plane.secrets().inNamespace(NAMESPACE);
        Secret secret = secrets.withName(NAME).get();
        if (secret == null) {
            try {
                secret = secrets.resource(create()).create();
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409) {
                    throw e;
                }
                secret = secrets.withName(NAME).require(); // another process was first
            }
        }
        String encoded = secret.getData() == null ? null : secret.getData().get(KEY);
        if (encoded == null || encoded.isEmpty()) {
            throw DroverException.rejected("Secret " + NAMESPACE + "/" + NAME + " has no " + KEY);
        }
        return new PeerToken(new String(Base64.getDecoder().decode(encoded), UTF_8));
    }

    private static Secret create() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of(KEY, Base64.getEncoder().encodeToString(token.getBytes(UTF_8))))
                .build();
    }

    HttpFields headers() {
        return HttpFields.build().put(HEADER, token).asImmutable();
    }

    boolean isIn(HttpFields headers) {
        String shown = headers.get(HEADER);
        return shown != null && MessageDigest.isEqual(shown.getBytes(UTF_8), token.getBytes(UTF_8));
    }
}

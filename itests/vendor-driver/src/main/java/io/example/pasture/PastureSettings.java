package io.example.pasture;

import io.drover.api.kind.Field;
import io.drover.api.kind.Secret;

/**
 * What the owner of a pasture fills in.
 *
 * @param server {@code https://host:port} of the cluster's API server
 * @param caCertificate PEM that its certificate is verified with
 * @param token a service account's token there
 * @param pasture what its shepherds call it
 */
public record PastureSettings(
        @Field(required = true) String server,
        @Field(required = true) String caCertificate,
        @Field(required = true) @Secret String token,
        String pasture) {

    @Override
    public String toString() {
        return "PastureSettings[" + server + "]";
    }
}

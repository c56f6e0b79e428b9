package io.drover.gateway.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import java.util.Base64;

/**
 * What a cluster's agent says of its cluster in the handshake.
 *
 * @param address {@code host:port} of the API server as the agent reaches it
 * @param token the agent's service account token
 * @param caCert base64 of the PEM that the API server's certificate is verified with
 */
public record Registration(String address, String token, String caCert) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads {@code X-API-Tunnel-Params}.
     *
     * @throws DroverException {@code REJECTED} in the words that agents' logs are searched for
     */
    static Registration parse(String header) {
        JsonNode parameters = json(header);
        if (parameters.path("node").isObject()) {
            throw DroverException.rejected("node agents are not served by this version");
        }
        JsonNode cluster = parameters.path("cluster");
        if (!cluster.isObject()) {
            throw DroverException.rejected("missing node or cluster registration info");
        }
        return new Registration(
                required(cluster, "address"), required(cluster, "token"), certificates(required(cluster, "caCert")));
    }

    @Override
    public String toString() {
        return "Registration[" + address + "]";
    }

    private static JsonNode json(String header) {
        try {
            byte[] bytes = Base64.getDecoder().decode(header == null ? "" : header.strip());
            return JSON.readTree(new String(bytes, UTF_8));
        } catch (IllegalArgumentException e) {
            throw DroverException.rejected("the parameters are not base64: " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw DroverException.rejected("the parameters are not JSON: " + e.getOriginalMessage());
        }
    }

    private static String required(JsonNode cluster, String field) {
        String value = cluster.path(field).asText("");
        if (value.isBlank()) {
            throw DroverException.rejected("invalid input, " + field + " empty");
        }
        return value;
    }

    private static String certificates(String caCert) {
        try {
            Base64.getMimeDecoder().decode(caCert);
            return caCert;
        } catch (IllegalArgumentException e) {
            throw DroverException.rejected("caCert is not base64: " + e.getMessage());
        }
    }
}

package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.ServiceAccountTokens;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Request;
import java.util.List;

/** What others need to check service accounts' tokens: OpenID Connect Discovery, and the key set it leads to. */
final class TokenIssuer {

    private static final List<String> CONFIGURATION = List.of(".well-known", "openid-configuration");
    private static final List<String> KEYS = List.of("openid", "v1", "jwks");
    private static final String LISTENER_PATH = "/k8s/clusters/local";
    private static final String CACHED = "public, max-age=3600";

    private final ServiceAccountTokens tokens;

    TokenIssuer(ServiceAccountTokens tokens) {
        this.tokens = tokens;
    }

    Answer answer(Request request) {
        if (request.segments().equals(KEYS)) {
            return document("application/jwk-set+json", tokens.publicKeys());
        }
        return request.segments().equals(CONFIGURATION)
                ? document(Answer.JSON, configuration(request))
                : ApiServer.noPage();
    }

    /** The keys are where the caller has reached us, which the issuer's name need not tell. */
    private static ObjectNode configuration(Request request) {
        String host = request.header("host");
        String base = host.isEmpty() ? ServiceAccountTokens.ISSUER : "https://" + host + LISTENER_PATH;
        ObjectNode configuration = Json.object()
                .put("issuer", ServiceAccountTokens.ISSUER)
                .put("jwks_uri", base + "/" + String.join("/", KEYS));
        configuration.putArray("response_types_supported").add("id_token");
        configuration.putArray("subject_types_supported").add("public");
        configuration.putArray("id_token_signing_alg_values_supported").add(ServiceAccountTokens.ALGORITHM);
        return configuration;
    }

    private static Answer document(String type, ObjectNode content) {
        return Answer.of(200, type, Json.bytes(content)).with("cache-control", CACHED);
    }
}

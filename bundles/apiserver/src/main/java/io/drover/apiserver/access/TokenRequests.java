package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.ServiceAccountTokens.Bound;
import io.drover.apiserver.access.ServiceAccountTokens.Issued;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code serviceaccounts/token}: a new token for a service account. */
public final class TokenRequests {

    private static final long USUAL_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    private final ServiceAccountTokens tokens;

    public TokenRequests(ServiceAccountTokens tokens) {
        this.tokens = tokens;
    }

    /** Completes the request with its answer. */
    public void answer(String namespace, String account, ObjectNode request) {
        ObjectNode spec = Json.child(request, "spec");
        long seconds = spec.path("expirationSeconds").asLong(USUAL_SECONDS);
        if (seconds < LEAST_SECONDS) {
            throw invalid(seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > MOST_SECONDS) {
            throw invalid(seconds, "may not specify a duration larger than 2^32 seconds");
        }
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            audiences.add(ServiceAccountTokens.ISSUER);
        }
        Bound bound = bound(namespace, spec.path("boundObjectRef"));
        Issued issued = tokens.issue(namespace, account, audiences, Duration.ofSeconds(seconds), bound);
        ArrayNode told = spec.putArray("audiences");
        audiences.forEach(told::add);
        spec.put("expirationSeconds", seconds);
        ObjectNode metadata = Json.child(request, "metadata");
        metadata.put("name", account).put("namespace", namespace);
        request.putObject("status")
                .put("token", issued.token())
                .put("expirationTimestamp", issued.expires().toString());
    }

    private Bound bound(String namespace, JsonNode reference) {
        if (!reference.isObject()) {
            return Bound.TO_NOTHING;
        }
        String version = reference.path("apiVersion").asText("");
        String kind = reference.path("kind").asText("");
        String name = reference.path("name").asText("");
        if (!version.equals("v1") || !kind.equals("Secret")) {
            throw Refusal.badRequest("cannot bind token to object of type " + version + ", Kind=" + kind
                    + ": the management plane has secrets only that tokens can be bound to");
        }
        String uid = tokens.uid(BuiltIns.SECRETS, namespace, name)
                .orElseThrow(() -> Refusal.notFound(BuiltIns.SECRETS, name));
        String wanted = reference.path("uid").asText("");
        if (!wanted.isEmpty() && !wanted.equals(uid)) {
            throw Refusal.conflict(
                    BuiltIns.SECRETS,
                    name,
                    "the UID in the bound object reference (" + wanted
                            + ") does not match the UID in record. The object"
                            + " might have been deleted and then recreated");
        }
        return new Bound(name, uid);
    }

    private static Refusal invalid(long seconds, String detail) {
        return Refusal.invalid(
                BuiltIns.TOKEN_REQUESTS,
                "",
                List.of(Cause.invalid("spec.expirationSeconds", Long.toString(seconds), detail)));
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.apiserver.access.ServiceAccountTokens.Claims;
import io.drover.apiserver.access.ServiceAccountTokens.NotGood;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whom a bearer token proves: a service account, or one of Drover's users. */
public final class TokenReviews {

    private static final String HERE = "/k8s/clusters/local/";

    private final ServiceAccountTokens accounts;
    private final Supplier<Optional<Callers>> callers;

    public TokenReviews(ServiceAccountTokens accounts, Supplier<Optional<Callers>> callers) {
        this.accounts = accounts;
        this.callers = callers;
    }

    public void answer(JsonNode spec, ObjectNode status) {
        String token = spec.path("token").asText("");
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            audiences.add(ServiceAccountTokens.ISSUER);
        }
        if (ServiceAccountTokens.hasForm(token)) {
            ofAccount(token, audiences, status);
        } else {
            ofUser(token, audiences, status);
        }
    }

    private void ofAccount(String token, List<String> audiences, ObjectNode status) {
        try {
            Claims claims = accounts.check(token, audiences);
            status.put("authenticated", true);
            describe(claims.caller(), claims.uid(), status.putObject("user"));
            List<String> common =
                    audiences.stream().filter(claims.audiences()::contains).toList();
            common.forEach(status.putArray("audiences")::add);
        } catch (NotGood e) {
            status.putObject("user");
            status.put("error", "[invalid bearer token, " + e.getMessage() + "]");
        }
    }

    private void ofUser(String token, List<String> audiences, ObjectNode status) {
        Identity identity = token.isEmpty()
                ? new Identity.Anonymous()
                : callers.get()
                        .map(present -> present.identify(new RequestHead(
                                "GET",
                                HERE,
                                "",
                                name -> name.equalsIgnoreCase("authorization") ? List.of("Bearer " + token) : List.of(),
                                "")))
                        .orElse(new Identity.Refused("Drover's users are not known yet"));
        if (identity instanceof Identity.Known known && audiences.contains(ServiceAccountTokens.ISSUER)) {
            status.put("authenticated", true);
            describe(known.caller(), "", status.putObject("user"));
            status.putArray("audiences").add(ServiceAccountTokens.ISSUER);
        } else {
            status.putObject("user");
            status.put("error", "invalid bearer token");
        }
    }

    /** @param uid left out when it is empty */
    public static void describe(Caller caller, String uid, ObjectNode info) {
        info.put("username", caller.userId());
        if (!uid.isEmpty()) {
            info.put("uid", uid);
        }
        ArrayNode groups = info.putArray("groups");
        caller.groups().forEach(groups::add);
        if (!caller.extra().isEmpty()) {
            ObjectNode extra = info.putObject("extra");
            caller.extra().forEach((key, values) -> values.forEach(extra.withArray(key)::add));
        }
    }
}

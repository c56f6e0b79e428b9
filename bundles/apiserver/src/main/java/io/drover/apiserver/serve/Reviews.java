package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.access.RuleReview;
import io.drover.apiserver.access.TokenRequests;
import io.drover.apiserver.access.TokenReviews;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers who somebody is, what he may do, and what proves it; nothing of it is stored. */
final class Reviews {

    private static final List<ResourceType> REVIEWS = List.of(
            BuiltIns.SELF_SUBJECT_REVIEWS,
            BuiltIns.SELF_SUBJECT_ACCESS_REVIEWS,
            BuiltIns.SELF_SUBJECT_RULES_REVIEWS,
            BuiltIns.SUBJECT_ACCESS_REVIEWS,
            BuiltIns.LOCAL_SUBJECT_ACCESS_REVIEWS,
            BuiltIns.TOKEN_REVIEWS);

    private final Rights rights;
    private final RuleReview rules;
    private final TokenReviews tokens;
    private final TokenRequests tokenRequests;

    Reviews(Rights rights, RuleReview rules, TokenReviews tokens, TokenRequests tokenRequests) {
        this.rights = rights;
        this.rules = rules;
        this.tokens = tokens;
        this.tokenRequests = tokenRequests;
    }

    boolean isReview(Route route) {
        return REVIEWS.contains(route.type()) || route.isTokenRequest();
    }

    Answer answer(Request request, Route route) {
        ResourceType type = route.isTokenRequest() ? BuiltIns.TOKEN_REQUESTS : route.type();
        Presentation presentation = Presentation.of(request, type);
        if (presentation.isTable()) {
            throw Refusal.notAcceptable();
        }
        ObjectNode review = request.bodyObject();
        Admission.checkEnvelope(review, new Route(type, route.namespace(), "", ""));
        Admission.prune(review, type, request);
        review.remove("status");
        Caller caller = request.caller();
        JsonNode spec = review.path("spec");
        if (route.isTokenRequest()) {
            tokenRequests.answer(route.namespace(), route.name(), review);
        } else if (type.equals(BuiltIns.SELF_SUBJECT_REVIEWS)) {
            TokenReviews.describe(caller, "", review.putObject("status").putObject("userInfo"));
        } else if (type.equals(BuiltIns.TOKEN_REVIEWS)) {
            tokens.answer(spec, review.putObject("status"));
        } else if (type.equals(BuiltIns.SELF_SUBJECT_ACCESS_REVIEWS)) {
            decide(type, caller, spec, review.putObject("status"));
        } else if (type.equals(BuiltIns.SELF_SUBJECT_RULES_REVIEWS)) {
            String namespace = spec.path("namespace").asText("");
            if (namespace.isEmpty()) {
                throw Refusal.badRequest("no namespace on request");
            }
            rules.answer(caller, namespace, review.putObject("status"));
        } else {
            if (type.equals(BuiltIns.LOCAL_SUBJECT_ACCESS_REVIEWS)) {
                requireLocal(spec, route.namespace());
            }
            decide(type, subject(type, spec), spec, review.putObject("status"));
        }
        return Answer.of(201, presentation.contentType(), presentation.one(review));
    }

    private static void requireLocal(JsonNode spec, String namespace) {
        if (spec.path("nonResourceAttributes").isObject()) {
            throw invalid(
                    BuiltIns.LOCAL_SUBJECT_ACCESS_REVIEWS,
                    Cause.invalid(
                            "spec.nonResourceAttributes",
                            spec.path("nonResourceAttributes").toString(),
                            "disallowed on this kind of request"));
        }
        if (!spec.at("/resourceAttributes/namespace").asText("").equals(namespace)) {
            throw Refusal.badRequest("spec.resourceAttributes.namespace must match namespace: " + namespace);
        }
    }

    private static Caller subject(ResourceType type, JsonNode spec) {
        String user = spec.path("user").asText("");
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        if (user.isEmpty() && groups.isEmpty()) {
            throw invalid(type, Cause.invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
        }
        Map<String, List<String>> extra = new HashMap<>();
        spec.path("extra").properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            entry.getValue().forEach(value -> values.add(value.asText()));
            extra.put(entry.getKey(), values);
        });
        return new Caller(user, groups, extra, Optional.empty());
    }

    private void decide(ResourceType type, Caller caller, JsonNode spec, ObjectNode status) {
        JsonNode resource = spec.path("resourceAttributes");
        JsonNode path = spec.path("nonResourceAttributes");
        if (resource.isObject() == path.isObject()) {
            throw invalid(
                    type,
                    Cause.invalid(
                            "spec.resourceAttributes",
                            resource.isObject() ? resource.toString() : "null",
                            "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        Decision decision;
        if (path.isObject()) {
            decision = rights.decidePath(
                    caller, path.path("verb").asText(""), path.path("path").asText(""));
        } else {
            String plural = resource.path("resource").asText("");
            String subresource = resource.path("subresource").asText("");
            decision = rights.decide(
                    caller,
                    new Question(
                            resource.path("verb").asText(""),
                            resource.path("group").asText(""),
                            subresource.isEmpty() ? plural : plural + "/" + subresource,
                            resource.path("namespace").asText(""),
                            resource.path("name").asText("")));
        }
        status.put("allowed", decision.allowed());
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
    }

    private static Refusal invalid(ResourceType type, Cause cause) {
        return Refusal.invalid(type, "", List.of(cause));
    }
}

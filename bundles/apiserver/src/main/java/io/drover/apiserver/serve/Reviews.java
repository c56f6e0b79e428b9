package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import java.util.ArrayList;
import java.util.List;

/** Answers who the caller is and what he may do; nothing of it is stored. */
final class Reviews {

    private final Access access;
    private final Kinds kinds;

    Reviews(Access access, Kinds kinds) {
        this.access = access;
        this.kinds = kinds;
    }

    boolean isReview(Route route) {
        return route.type().equals(BuiltIns.SELF_SUBJECT_REVIEWS)
                || route.type().equals(BuiltIns.SELF_SUBJECT_ACCESS_REVIEWS)
                || route.type().equals(BuiltIns.SELF_SUBJECT_RULES_REVIEWS);
    }

    Answer answer(Request request, Route route) {
        Presentation presentation = Presentation.of(request, route.type());
        ObjectNode review = request.bodyObject();
        Admission.checkEnvelope(review, route);
        Admission.prune(review, route.type(), request);
        ObjectNode status = review.putObject("status");
        if (route.type().equals(BuiltIns.SELF_SUBJECT_REVIEWS)) {
            describe(request.caller(), status.putObject("userInfo"));
        } else if (route.type().equals(BuiltIns.SELF_SUBJECT_ACCESS_REVIEWS)) {
            decide(request.caller(), review.path("spec"), status);
        } else {
            String namespace = review.at("/spec/namespace").asText("");
            if (namespace.isEmpty()) {
                throw Refusal.badRequest("no namespace on request");
            }
            rules(request.caller(), namespace, status);
        }
        return Answer.of(201, presentation.contentType(), presentation.one(review));
    }

    private static void describe(Caller caller, ObjectNode info) {
        info.put("username", caller.userId());
        ArrayNode groups = info.putArray("groups");
        caller.groups().forEach(groups::add);
        if (!caller.extra().isEmpty()) {
            ObjectNode extra = info.putObject("extra");
            caller.extra().forEach((key, values) -> values.forEach(extra.withArray(key)::add));
        }
    }

    private void decide(Caller caller, JsonNode spec, ObjectNode status) {
        JsonNode resource = spec.path("resourceAttributes");
        if (resource.isObject() == spec.path("nonResourceAttributes").isObject()) {
            throw Refusal.badRequest("spec must have exactly one of resourceAttributes and nonResourceAttributes");
        }
        if (!resource.isObject()) {
            status.put("allowed", caller.isSystem());
            return;
        }
        String plural = resource.path("resource").asText("");
        String subresource = resource.path("subresource").asText("");
        Decision decision = access.decide(
                caller,
                new Question(
                        resource.path("verb").asText(""),
                        resource.path("group").asText(""),
                        subresource.isEmpty() ? plural : plural + "/" + subresource,
                        resource.path("namespace").asText(""),
                        resource.path("name").asText("")));
        status.put("allowed", decision.allowed()).put("reason", decision.reason());
    }

    /** Asked of the same authorizer, verb by verb, for each resource that is served. */
    private void rules(Caller caller, String namespace, ObjectNode status) {
        ArrayNode rules = status.putArray("resourceRules");
        for (ResourceType type : kinds.stored()) {
            List<String> allowed = new ArrayList<>();
            for (String verb : type.verbs()) {
                Question question =
                        new Question(verb, type.group(), type.plural(), type.namespaced() ? namespace : "", "");
                if (access.decide(caller, question).allowed()) {
                    allowed.add(verb);
                }
            }
            if (!allowed.isEmpty()) {
                ObjectNode rule = rules.addObject();
                ArrayNode verbs = rule.putArray("verbs");
                allowed.forEach(verbs::add);
                rule.putArray("apiGroups").add(type.group());
                rule.putArray("resources").add(type.plural());
            }
        }
        status.putArray("nonResourceRules");
        // Rights on single objects by name are not listed.
        status.put("incomplete", true);
    }
}

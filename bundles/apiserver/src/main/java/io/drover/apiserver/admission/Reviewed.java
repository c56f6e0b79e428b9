package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.access.TokenReviews;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A change in the form in which webhooks and expressions are told of it: the request of an {@code AdmissionReview}. */
final class Reviewed {

    private Reviewed() {}

    /** @param as the version in which it is told */
    static ObjectNode request(Change change, ResourceType type, ResourceType as) {
        ObjectNode request = Json.object().put("uid", UUID.randomUUID().toString());
        kind(request.putObject("kind"), as);
        resource(request.putObject("resource"), as);
        if (!change.subresource().isEmpty()) {
            request.put("subResource", change.subresource());
        }
        kind(request.putObject("requestKind"), type);
        resource(request.putObject("requestResource"), type);
        if (!change.subresource().isEmpty()) {
            request.put("requestSubResource", change.subresource());
        }
        if (!change.name().isEmpty()) {
            request.put("name", change.name());
        }
        if (!change.namespace().isEmpty()) {
            request.put("namespace", change.namespace());
        }
        request.put("operation", change.operation().name());
        TokenReviews.describe(change.caller(), "", request.putObject("userInfo"));
        request.set("object", object(change, as));
        request.set("oldObject", oldObject(change, as));
        request.put("dryRun", change.dryRun());
        String options =
                switch (change.operation()) {
                    case CREATE -> "CreateOptions";
                    case UPDATE -> "UpdateOptions";
                    case DELETE -> "DeleteOptions";
                };
        request.putObject("options").put("kind", options).put("apiVersion", "meta.k8s.io/v1");
        return request;
    }

    /** The variables that all expressions have. */
    static Map<String, Object> variables(Change change, ResourceType type, ResourceType as, Rights rights) {
        ObjectNode request = request(change, type, as);
        JsonNode object = request.remove("object");
        JsonNode oldObject = request.remove("oldObject");
        Map<String, Object> variables = new HashMap<>(CallersRights.values(rights, change, as));
        variables.putAll(Map.of("object", object, "oldObject", oldObject, "request", request));
        return variables;
    }

    private static JsonNode object(Change change, ResourceType as) {
        return change.operation() == Operation.DELETE ? NullNode.instance : seenAs(change.object(), as);
    }

    private static JsonNode oldObject(Change change, ResourceType as) {
        return change.before().map(before -> (JsonNode) seenAs(before, as)).orElse(NullNode.instance);
    }

    private static ObjectNode seenAs(ObjectNode object, ResourceType as) {
        return object.deepCopy().put("apiVersion", as.apiVersion());
    }

    private static void kind(ObjectNode node, ResourceType type) {
        node.put("group", type.group()).put("version", type.version()).put("kind", type.kind());
    }

    private static void resource(ObjectNode node, ResourceType type) {
        node.put("group", type.group()).put("version", type.version()).put("resource", type.plural());
    }
}

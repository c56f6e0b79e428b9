package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.kind.ResourceType.Scale;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The subresource {@code scale} of custom resources: how many there should be and are, whatever the fields are called. */
final class Scaling {

    private static final String API_VERSION = "autoscaling/v1";

    private Scaling() {}

    static CompletableFuture<Answer> answer(Request request, Route route, String verb, Store store, Changing changing) {
        ResourceType type = route.type();
        Scale scale = type.scale().orElseThrow(() -> Refusal.notFound(type, route.name()));
        switch (verb) {
            case "get" -> {
                ObjectNode object = store.now()
                        .get(route.key())
                        .map(stored -> Json.read(stored.json()))
                        .orElseThrow(() -> Refusal.notFound(type, route.name()));
                if (scale.replicas().first(object).isEmpty()) {
                    throw Refusal.internal("the object does not say how many replicas there should be");
                }
                return CompletableFuture.completedFuture(answer(view(object, scale)));
            }
            case "update" -> {
                ObjectNode wanted = request.bodyObject();
                return change(changing, request, route, scale, present -> wanted);
            }
            case "patch" -> {
                JsonNode patch = Json.parse(request.bodyBytes(), false);
                return switch (request.contentType()) {
                    case "application/merge-patch+json" -> change(
                            changing, request, route, scale, present -> (ObjectNode) Patching.merge(present, patch));
                    case "application/json-patch+json" -> change(
                            changing, request, route, scale, present -> Patching.json(present, patch));
                    default -> throw Changing.unknownPatch();
                };
            }
            default -> throw Refusal.methodNotAllowed(request.method());
        }
    }

    /** A change of what the object looks like as a scale. */
    private interface Edit {
        ObjectNode of(ObjectNode present);
    }

    private static CompletableFuture<Answer> change(
            Changing changing, Request request, Route route, Scale scale, Edit edit) {
        request.checkOptions();
        return changing.change(
                request,
                route,
                object -> {
                    ObjectNode wanted = edit.of(view(object, scale));
                    JsonNode replicas = wanted.at("/spec/replicas");
                    if (replicas.asInt() < 0) {
                        throw Refusal.invalid(route.type(), route.name(), List.of(negative(replicas)));
                    }
                    JsonNode version = wanted.at("/metadata/resourceVersion");
                    if (version.isTextual() && !version.asText().isEmpty()) {
                        Metadata.of(object).set("resourceVersion", version);
                    }
                    scale.replicas().set(object, IntNode.valueOf(replicas.asInt()));
                    return object;
                },
                object -> answer(view(object, scale)));
    }

    private static Cause negative(JsonNode replicas) {
        return Cause.invalid(".spec.replicas", replicas.toString(), "should be a non-negative integer");
    }

    private static Answer answer(ObjectNode view) {
        return Answer.of(200, Answer.JSON, Json.bytes(view));
    }

    private static ObjectNode view(ObjectNode object, Scale scale) {
        ObjectNode view = Json.object().put("kind", "Scale").put("apiVersion", API_VERSION);
        ObjectNode metadata = view.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (object.path("metadata").has(field)) {
                metadata.set(field, object.path("metadata").get(field));
            }
        }
        ObjectNode spec = view.putObject("spec");
        scale.replicas().first(object).filter(r -> r.asInt() != 0).ifPresent(r -> spec.set("replicas", r));
        ObjectNode status = view.putObject("status");
        status.put(
                "replicas", scale.current().first(object).map(JsonNode::asInt).orElse(0));
        if (scale.selector() != null) {
            scale.selector().first(object).ifPresent(s -> status.set("selector", s));
        }
        return view;
    }
}

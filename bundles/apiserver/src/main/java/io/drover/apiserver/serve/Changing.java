package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.apiserver.access.RoleGuard;
import io.drover.apiserver.admission.AdmissionChain;
import io.drover.apiserver.admission.Quotas;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import io.drover.apiserver.store.WriteFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Creates, updates and patches. A change is computed from the current state and made only if that still holds, else computed anew. */
final class Changing {

    private static final int ATTEMPTS = 30;
    private static final String APPLY = "application/apply-patch+yaml";

    private final Store store;
    private final Access access;
    private final RoleGuard roleGuard;
    private final AdmissionChain admissions;
    private final Quotas quotas;
    private final Executor executor;

    Changing(Store store, Access access, AdmissionChain admissions, Quotas quotas, Executor executor) {
        this.store = store;
        this.access = access;
        this.roleGuard = new RoleGuard(access.rights());
        this.admissions = admissions;
        this.quotas = quotas;
        this.executor = executor;
    }

    CompletableFuture<Answer> create(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        ObjectNode body = request.bodyObject();
        Admission.checkEnvelope(body, route);
        Admission.prune(body, type, request);
        requireNamespace(route, Metadata.name(body));
        if (!body.at("/metadata/resourceVersion").asText("").isEmpty()) {
            throw Refusal.hasVersion();
        }
        boolean generated = Metadata.name(body).isEmpty();
        return create(request, route, presentation, body, generated ? ATTEMPTS : 1);
    }

    private CompletableFuture<Answer> create(
            Request request, Route route, Presentation presentation, ObjectNode body, int attempts) {
        ResourceType type = route.type();
        ObjectNode object = body.deepCopy();
        Metadata.begin(object, type, route.namespace());
        Admission.normalise(object, type);
        if (type.statusSubresource()) {
            object.remove("status");
        }
        Change change = Admission.change(Operation.CREATE, request, route, object, null);
        admissions.mutate(change, type, () -> Admission.settle(object, type), request);
        if (!isApply(request)) {
            FieldManagers.updated(object, null, route, request);
        }
        Admission.complete(object, null, type);
        roleGuard.check(request.caller(), type, object, null);
        admissions.validate(change, type, request);
        Metadata.leading(object);
        String name = Metadata.name(object);
        String key = type.key(route.namespace(), name);
        if (request.isDryRun()) {
            if (store.now().get(key).isPresent()) {
                throw Refusal.alreadyExists(type, name);
            }
            quotas.refuse(key, store.now()).ifPresent(reason -> {
                throw Refusal.forbidden(type, name, reason);
            });
            return answered(201, presentation, object);
        }
        Write write = Write.create(key, type.rules().toStored(object), namespaceKey(route), route.author(request));
        return store.write(write)
                .handleAsync(
                        (stored, failure) -> {
                            if (failure == null) {
                                request.changed(null, object);
                                return written(201, presentation, stored);
                            }
                            WriteFailure.Reason reason = reason(failure);
                            if (reason == WriteFailure.Reason.STALE && attempts > 1) {
                                return create(request, route, presentation, body, attempts - 1);
                            }
                            if (reason == WriteFailure.Reason.STALE) {
                                throw Refusal.alreadyExists(type, name);
                            }
                            if (reason == WriteFailure.Reason.REFUSED) {
                                throw Refusal.forbidden(
                                        type, name, cause(failure).getMessage());
                            }
                            if (reason == WriteFailure.Reason.NO_PARENT) {
                                requireNamespace(route, name);
                            }
                            throw refusal(failure);
                        },
                        executor)
                .thenCompose(c -> c);
    }

    CompletableFuture<Answer> update(Request request, Route route) {
        ObjectNode body = request.bodyObject();
        Admission.checkEnvelope(body, route);
        requireName(body, route);
        if (route.type().custom()
                && body.at("/metadata/resourceVersion").asText("").isEmpty()) {
            throw Refusal.invalidResource(
                    route.type(),
                    route.name(),
                    Cause.invalid("metadata.resourceVersion", "0", "must be specified for an update"));
        }
        return change(request, route, before -> body.deepCopy());
    }

    CompletableFuture<Answer> patch(Request request, Route route) {
        UnaryOperator<ObjectNode> edit =
                switch (request.contentType()) {
                    case APPLY -> null;
                    case "application/strategic-merge-patch+json" -> {
                        JsonNode patch = Json.parse(request.bodyBytes(), false);
                        yield object -> StrategicMerge.apply(object, patch, route.type());
                    }
                    case "application/json-patch+json" -> {
                        JsonNode patch = Json.parse(request.bodyBytes(), false);
                        yield object -> Patching.json(object, patch);
                    }
                    case "application/merge-patch+json" -> {
                        JsonNode patch = Json.parse(request.bodyBytes(), false);
                        yield object -> merged(object, patch);
                    }
                    default -> throw unknownPatch();
                };
        if (edit == null) {
            return apply(request, route, Json.parse(request.bodyBytes(), true), ATTEMPTS);
        }
        return change(request, route, edit);
    }

    static Refusal unknownPatch() {
        return Refusal.unsupportedMediaType("the body of the request was in an unknown format - accepted media types"
                + " include: application/json-patch+json, application/merge-patch+json,"
                + " application/strategic-merge-patch+json, application/apply-patch+yaml");
    }

    private static boolean isApply(Request request) {
        return request.contentType().equals(APPLY);
    }

    private CompletableFuture<Answer> apply(Request request, Route route, JsonNode body, int attempts) {
        ResourceType type = route.type();
        if (!(body instanceof ObjectNode configuration)) {
            throw Refusal.badRequest("what is applied must be an object");
        }
        String kind = configuration.path("kind").asText("");
        String apiVersion = configuration.path("apiVersion").asText("");
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            String shown = apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
            throw Refusal.badRequest("invalid object type: " + shown + ", Kind=" + kind);
        }
        Admission.checkEnvelope(configuration, route);
        if (Metadata.name(configuration).isEmpty()) {
            Metadata.of(configuration).put("name", route.name());
        }
        requireName(configuration, route);
        Admission.requireApplicable(configuration, type);
        if (store.now().get(route.key()).isPresent()) {
            return change(request, route, live -> FieldManagers.applied(live, configuration, route, request));
        }
        if (!route.subresource().isEmpty()) {
            throw Refusal.notFound(type, route.name());
        }
        access.require(request, route, "create");
        requireNamespace(route, route.name());
        ObjectNode first = FieldManagers.applied(null, configuration, route, request);
        return create(request, route, Presentation.of(request, type), first, 1)
                .exceptionallyCompose(failure -> attempts > 1 && isAlreadyThere(failure)
                        ? apply(request, route, body, attempts - 1)
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isAlreadyThere(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refusal refusal && refusal.reason().equals("AlreadyExists");
    }

    private static ObjectNode merged(ObjectNode object, JsonNode patch) {
        if (!patch.isObject()) {
            throw Refusal.badRequest("error decoding patch: json: cannot unmarshal " + Patching.kind(patch)
                    + " into Go value of type map[string]interface {}");
        }
        return (ObjectNode) Patching.merge(object, patch);
    }

    private CompletableFuture<Answer> change(Request request, Route route, UnaryOperator<ObjectNode> edit) {
        Presentation presentation = Presentation.of(request, route.type());
        return change(
                request, route, edit, object -> Answer.of(200, presentation.contentType(), presentation.one(object)));
    }

    /**
     * Changes an object.
     *
     * @param edit makes the new object of a copy of the present one
     * @param shown makes the answer of what came of it
     */
    CompletableFuture<Answer> change(
            Request request, Route route, UnaryOperator<ObjectNode> edit, Function<ObjectNode, Answer> shown) {
        return change(request, route, edit, shown, ATTEMPTS);
    }

    private CompletableFuture<Answer> change(
            Request request,
            Route route,
            UnaryOperator<ObjectNode> edit,
            Function<ObjectNode, Answer> shown,
            int attempts) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Stored stored = store.now().get(route.key()).orElseThrow(() -> Refusal.notFound(type, route.name()));
        ObjectNode before = presentation.object(stored);
        ObjectNode after = edit.apply(before.deepCopy());
        Optional<Write> write;
        try {
            Admission.checkEnvelope(after, route);
            checkPreconditions(request, after, before, route);
            write = prepare(request, route, before, after, stored);
        } catch (Refusal e) {
            boolean unreadable = e.code() == 400 && request.method().equals("PATCH") && !isApply(request);
            boolean moved = unreadable && !sameName(after, before);
            throw unreadable && !moved ? Refusal.unreadablePatch(e.getMessage()) : e;
        }
        if (write.isEmpty()) {
            return CompletableFuture.completedFuture(shown.apply(before));
        }
        if (request.isDryRun()) {
            return CompletableFuture.completedFuture(shown.apply(after));
        }
        return store.write(write.get())
                .handleAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                request.changed(before, after);
                                return CompletableFuture.completedFuture(shown.apply(presentation.object(done)));
                            }
                            if (reason(failure) != WriteFailure.Reason.STALE) {
                                throw refusal(failure);
                            }
                            if (attempts == 1) {
                                throw Refusal.modified(type, route.name());
                            }
                            return change(request, route, edit, shown, attempts - 1);
                        },
                        executor)
                .thenCompose(c -> c);
    }

    private static boolean sameName(ObjectNode a, ObjectNode b) {
        JsonNode metadata = a.path("metadata");
        return metadata.path("name").equals(b.at("/metadata/name"))
                && metadata.path("namespace").equals(b.at("/metadata/namespace"));
    }

    private static void requireName(ObjectNode object, Route route) {
        String name = Metadata.name(object);
        if (name.isEmpty()) {
            throw Refusal.badRequest("the name of the object (" + route.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        if (!name.equals(route.name())) {
            throw Refusal.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + route.name() + ")");
        }
    }

    /** What the object says of the state it is meant for must hold, at each attempt. */
    private static void checkPreconditions(Request request, ObjectNode after, ObjectNode before, Route route) {
        JsonNode metadata = after.path("metadata");
        String version = metadata.path("resourceVersion").asText("");
        String current = before.at("/metadata/resourceVersion").asText();
        requireName(after, route);
        if (!version.isEmpty() && !version.equals("0") && !version.equals(current)) {
            throw Refusal.modified(route.type(), route.name());
        }
        String uid = metadata.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(before.at("/metadata/uid").asText())) {
            if (request.method().equals("PATCH")) {
                throw Refusal.invalid(
                        route.type(),
                        route.name(),
                        List.of(Cause.invalid("metadata.uid", '"' + uid + '"', "field is immutable")));
            }
            throw Refusal.conflict(
                    route.type(),
                    route.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + before.at("/metadata/uid").asText());
        }
    }

    /** Makes {@code after} ready; empty if nothing would change. */
    private Optional<Write> prepare(Request request, Route route, ObjectNode before, ObjectNode after, Stored stored) {
        ResourceType type = route.type();
        Admission.prune(after, type, request);
        Metadata.carryOver(after, before);
        Admission.normalise(after, type);
        limitTo(route, after, before);
        Change change = Admission.change(Operation.UPDATE, request, route, after, before);
        admissions.mutate(change, type, () -> Admission.settle(after, type), request);
        Admission.complete(after, before, type);
        roleGuard.check(request.caller(), type, after, before);
        admissions.validate(change, type, request);
        countGeneration(type, after, before);
        if (after.equals(before)) {
            return Optional.empty();
        }
        if (!isApply(request)) {
            FieldManagers.updated(after, before, route, request);
        }
        Metadata.leading(after);
        Author author = route.author(request);
        ObjectNode toStore = type.rules().toStored(after.deepCopy());
        boolean finished = Metadata.isDeleting(after)
                && after.at("/metadata/finalizers").isEmpty()
                && after.at("/spec/finalizers").isEmpty();
        return Optional.of(finished ? Write.remove(stored, toStore, author) : Write.replace(stored, toStore, author));
    }

    /** A subresource changes its part of the object and no other; the object itself all but that. */
    private static void limitTo(Route route, ObjectNode after, ObjectNode before) {
        ResourceType type = route.type();
        if (route.subresource().isEmpty()) {
            if (type.statusSubresource()) {
                keep(after, before, "status");
            }
            return;
        }
        ObjectNode result = before.deepCopy();
        if (route.subresource().equals("status")) {
            keep(result, after, "status");
        } else {
            keep(result, after, "spec");
        }
        JsonNode managed = after.at("/metadata/managedFields");
        if (!type.custom()) {
            result.set("metadata", after.path("metadata"));
        } else if (!managed.isMissingNode()) {
            Metadata.of(result).set("managedFields", managed);
        }
        after.removeAll();
        after.setAll(result);
    }

    private static void keep(ObjectNode into, ObjectNode from, String field) {
        JsonNode value = from.get(field);
        if (value == null) {
            into.remove(field);
        } else {
            into.set(field, value);
        }
    }

    private static void countGeneration(ResourceType type, ObjectNode after, ObjectNode before) {
        if (!type.countsGenerations()) {
            return;
        }
        ObjectNode a = after.deepCopy();
        ObjectNode b = before.deepCopy();
        a.remove("metadata");
        b.remove("metadata");
        if (type.statusSubresource()) {
            a.remove("status");
            b.remove("status");
        }
        if (!a.equals(b)) {
            Metadata.of(after)
                    .put("generation", before.at("/metadata/generation").asLong() + 1);
        }
    }

    private void requireNamespace(Route route, String name) {
        if (!route.type().namespaced()) {
            return;
        }
        Stored namespace = store.now()
                .get(namespaceKey(route))
                .orElseThrow(() -> Refusal.notFound(BuiltIns.NAMESPACES, route.namespace()));
        if (namespace.deleting()) {
            throw Refusal.terminating(route.type(), name, route.namespace());
        }
    }

    private static String namespaceKey(Route route) {
        return route.type().namespaced() ? BuiltIns.NAMESPACES.key("", route.namespace()) : null;
    }

    private static CompletableFuture<Answer> written(int status, Presentation presentation, Stored stored) {
        return CompletableFuture.completedFuture(
                Answer.of(status, presentation.contentType(), presentation.one(stored)));
    }

    private static CompletableFuture<Answer> answered(int status, Presentation presentation, ObjectNode object) {
        return CompletableFuture.completedFuture(
                Answer.of(status, presentation.contentType(), presentation.one(object)));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    static WriteFailure.Reason reason(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof WriteFailure write ? write.reason() : WriteFailure.Reason.NO_DISK;
    }

    static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof WriteFailure write) {
            return write.reason() == WriteFailure.Reason.NO_SPACE
                    ? Refusal.noSpace(write.getMessage())
                    : Refusal.noDisk(write.getMessage());
        }
        return Refusal.internal("the write failed");
    }
}

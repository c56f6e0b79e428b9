package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.apiserver.admission.AdmissionChain;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Deletes: at once, or by marking what finalizers still hold. */
final class Deleting {

    private static final int ATTEMPTS = 30;
    private static final Set<String> NEEDED_NAMESPACES = Set.of("default", "kube-public", "kube-system");

    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private final Store store;
    private final AdmissionChain admissions;
    private final Executor executor;

    /** @param propagation {@code Background}, {@code Foreground} or {@code Orphan} */
    private record Options(String propagation, String uid, String resourceVersion, boolean dryRun) {

        static Options of(Request request) {
            ObjectNode body = request.hasBody() ? request.bodyObject() : Json.object();
            checkKind(body);
            request.number("gracePeriodSeconds");
            String propagation = body.path("propagationPolicy")
                    .asText(request.parameter("propagationPolicy").orElse(""));
            if (!propagation.isEmpty() && (body.has("orphanDependents") || request.isGiven("orphanDependents"))) {
                throw Refusal.invalidOptions(
                        "DeleteOptions",
                        Cause.invalid(
                                "propagationPolicy",
                                '"' + propagation + '"',
                                "orphanDependents and deletionPropagation cannot be both set"));
            }
            boolean orphan = body.path("orphanDependents").asBoolean(request.flag("orphanDependents"));
            if (propagation.isEmpty()) {
                propagation = orphan ? "Orphan" : "Background";
            }
            if (!List.of("Background", "Foreground", "Orphan").contains(propagation)) {
                throw Refusal.invalidOptions(
                        "DeleteOptions",
                        Cause.unsupported(
                                "propagationPolicy",
                                '"' + propagation + '"',
                                List.of("Foreground", "Background", "Orphan", "nil")));
            }
            return new Options(
                    propagation,
                    body.at("/preconditions/uid").asText(""),
                    body.at("/preconditions/resourceVersion").asText(""),
                    request.isDryRun() || !body.path("dryRun").isEmpty());
        }

        private static void checkKind(ObjectNode body) {
            String kind = body.path("kind").asText("");
            if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
                throw Refusal.badRequest("the options of a deletion are of the kind DeleteOptions, not " + kind);
            }
        }
    }

    private record Result(ResourceType type, ObjectNode object, boolean gone) {}

    Deleting(Store store, AdmissionChain admissions, Executor executor) {
        this.store = store;
        this.admissions = admissions;
        this.executor = executor;
    }

    CompletableFuture<Answer> delete(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Options options = Options.of(request);
        if (type.equals(BuiltIns.NAMESPACES) && NEEDED_NAMESPACES.contains(route.name())) {
            throw Refusal.forbidden(type, route.name(), "this namespace may not be deleted");
        }
        Author author = route.author(request);
        Optional<ObjectNode> before = store.now().get(route.key()).map(presentation::object);
        before.ifPresent(object -> admit(request, route, object));
        return delete(type, route.key(), options, author, ATTEMPTS)
                .thenApply(found -> found.orElseThrow(() -> Refusal.notFound(type, route.name())))
                .thenApply(result -> {
                    if (!options.dryRun()) {
                        ObjectNode left = result.gone() ? null : result.object().deepCopy();
                        request.changed(before.orElse(null), left);
                    }
                    return result.gone()
                            ? Answer.of(200, Answer.JSON, Json.bytes(success(result)))
                            : Answer.of(200, presentation.contentType(), presentation.one(result.object()));
                });
    }

    CompletableFuture<Answer> deleteCollection(Request request, Route route) {
        ResourceType type = route.type();
        Presentation presentation = Presentation.of(request, type);
        Options options = Options.of(request);
        Predicate<Stored> wanted = Selectors.of(request, type);
        List<CompletableFuture<Optional<Result>>> deletions = new ArrayList<>();
        List<Stored> doomed = new ArrayList<>();
        Iterator<Stored> all = store.now().below(type.prefix(route.namespace()));
        while (all.hasNext()) {
            Stored stored = all.next();
            if (wanted.test(stored)) {
                doomed.add(stored);
            }
        }
        for (Stored stored : doomed) {
            ObjectNode object = presentation.object(stored);
            String namespace = object.at("/metadata/namespace").asText("");
            admit(request, new Route(type, namespace, Metadata.name(object), ""), object);
        }
        for (Stored stored : doomed) {
            deletions.add(delete(type, stored.key(), options, route.author(request), ATTEMPTS));
        }
        return CompletableFuture.allOf(deletions.toArray(CompletableFuture[]::new))
                .thenApplyAsync(
                        v -> {
                            if (!options.dryRun()) {
                                doomed.forEach(s -> request.changed(presentation.object(s), null));
                            }
                            ObjectNode list = presentation.list();
                            ObjectNode metadata = Json.child(list, "metadata");
                            if (type.custom() && !presentation.isTable()) {
                                metadata.put("continue", "");
                            }
                            metadata.put(
                                    "resourceVersion", Long.toString(store.now().revision()));
                            ArrayNode items = list.putArray(presentation.itemsField());
                            doomed.forEach(s -> items.add(Json.read(presentation.item(s))));
                            return Answer.of(200, Answer.JSON, Json.bytes(list));
                        },
                        executor);
    }

    private void admit(Request request, Route route, ObjectNode object) {
        Change change = Admission.change(Operation.DELETE, request, route, object, object);
        admissions.validate(change, route.type(), request);
    }

    /** Deletes for Drover itself, in the background; one that is gone is no failure. */
    CompletableFuture<Void> delete(ResourceType type, String key, Author author) {
        return delete(type, key, new Options("Background", "", "", false), author, ATTEMPTS)
                .thenApply(r -> null);
    }

    private CompletableFuture<Optional<Result>> delete(
            ResourceType type, String key, Options options, Author author, int attempts) {
        Optional<Stored> found = store.now().get(key);
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Stored stored = found.get();
        ObjectNode object = Json.read(stored.json());
        checkPreconditions(type, object, options);
        ObjectNode after = object.deepCopy();
        addFinalizer(after, finalizer(options));
        if (type.equals(BuiltIns.CUSTOM_RESOURCE_DEFINITIONS)) {
            addFinalizer(after, DefinitionKeeper.CLEANUP);
        }
        boolean held = after.at("/metadata/finalizers").size() > 0
                || (type.equals(BuiltIns.NAMESPACES)
                        && after.at("/spec/finalizers").size() > 0);
        if (held) {
            mark(type, after);
            if (after.equals(object)) {
                return CompletableFuture.completedFuture(Optional.of(result(type, object, false)));
            }
        }
        if (options.dryRun()) {
            return CompletableFuture.completedFuture(Optional.of(result(type, after, !held)));
        }
        Write write = held ? Write.replace(stored, after, author) : Write.remove(stored, after, author);
        return store.write(write)
                .handleAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                return CompletableFuture.completedFuture(
                                        Optional.of(result(type, Json.read(done.json()), !held)));
                            }
                            if (Changing.reason(failure) == WriteFailure.Reason.STALE && attempts > 1) {
                                return delete(type, key, options, author, attempts - 1);
                            }
                            throw Changing.refusal(failure);
                        },
                        executor)
                .thenCompose(c -> c);
    }

    private static Result result(ResourceType type, ObjectNode object, boolean gone) {
        return new Result(type, type.rules().converts() ? type.rules().toServed(object) : object, gone);
    }

    private static void checkPreconditions(ResourceType type, ObjectNode object, Options options) {
        String uid = object.at("/metadata/uid").asText();
        String version = object.at("/metadata/resourceVersion").asText();
        String failed = null;
        if (!options.uid().isEmpty() && !options.uid().equals(uid)) {
            failed = mismatch("UID", options.uid(), uid, "deleted and then recreated");
        } else if (!options.resourceVersion().isEmpty()
                && !options.resourceVersion().equals(version)) {
            failed = mismatch("ResourceVersion", options.resourceVersion(), version, "modified");
        }
        if (failed != null) {
            throw Refusal.conflictOfKind(type, Metadata.name(object), failed);
        }
    }

    private static String mismatch(String what, String demanded, String found, String happened) {
        return "the " + what + " in the precondition (" + demanded + ") does not match the " + what + " in record ("
                + found + "). The object might have been " + happened;
    }

    private static String finalizer(Options options) {
        return switch (options.propagation()) {
            case "Orphan" -> ORPHAN;
            case "Foreground" -> FOREGROUND;
            default -> null;
        };
    }

    /** @param finalizer null = none */
    private static void addFinalizer(ObjectNode object, String finalizer) {
        if (finalizer == null || Metadata.isDeleting(object)) {
            return;
        }
        ArrayNode finalizers = Metadata.of(object).withArray("finalizers");
        for (JsonNode present : finalizers) {
            if (present.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }

    private static void mark(ResourceType type, ObjectNode object) {
        if (Metadata.isDeleting(object)) {
            return;
        }
        ObjectNode metadata = Metadata.of(object);
        metadata.put("deletionTimestamp", Metadata.now());
        boolean definition = type.equals(BuiltIns.CUSTOM_RESOURCE_DEFINITIONS);
        if (!definition) {
            metadata.put("deletionGracePeriodSeconds", 0);
        }
        if (metadata.has("generation") && !definition) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        if (definition) {
            DefinitionKeeper.terminating(
                    object,
                    "InstanceDeletionPending",
                    "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
        }
        if (type.equals(BuiltIns.NAMESPACES)) {
            metadata.remove("deletionGracePeriodSeconds");
            Json.child(object, "status").put("phase", "Terminating");
        }
    }

    private static ObjectNode success(Result result) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details").put("name", Metadata.name(result.object()));
        if (!result.type().group().isEmpty()) {
            details.put("group", result.type().group());
        }
        details.put("kind", result.type().plural())
                .put("uid", result.object().at("/metadata/uid").asText());
        return status;
    }
}

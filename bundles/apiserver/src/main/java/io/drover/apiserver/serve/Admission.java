package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.apiserver.apply.Lists;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.schema.Defaulting;
import io.drover.apiserver.schema.Pruning;
import io.drover.apiserver.schema.Rules;
import io.drover.apiserver.schema.Validation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes an object fit to be stored: pruned, defaulted, completed and found valid. */
final class Admission {

    private static final int MAX_COMPLAINTS = 20;

    private Admission() {}

    /**
     * What others are asked about.
     *
     * @param before null for a creation
     */
    static Change change(Operation operation, Request request, Route route, ObjectNode object, ObjectNode before) {
        ResourceType type = route.type();
        return new Change(
                operation,
                request.caller(),
                type.group(),
                type.version(),
                type.plural(),
                route.subresource(),
                route.namespace(),
                route.name().isEmpty() ? Metadata.name(object) : route.name(),
                object,
                Optional.ofNullable(before),
                request.isDryRun());
    }

    /** The envelope must fit the path; empty fields of it are filled in. */
    static void checkEnvelope(ObjectNode object, Route route) {
        ResourceType type = route.type();
        if (type.custom() && object.path("kind").asText("").isEmpty()) {
            throw Refusal.badRequest("the object provided is unrecognized (must be of type " + type.kind()
                    + "): Object 'Kind' is missing");
        }
        fill(object, "apiVersion", type.apiVersion());
        fill(object, "kind", type.kind());
        if (type.custom()
                && object.path("kind").asText().equals(type.kind())
                && !object.path("apiVersion").asText().equals(type.apiVersion())) {
            throw Refusal.badRequest(
                    "the API version in the data (" + object.path("apiVersion").asText()
                            + ") does not match the expected API version (" + type.apiVersion() + ")");
        }
        String given = object.path("apiVersion").asText() + ", Kind="
                + object.path("kind").asText();
        if (!object.path("apiVersion").asText().equals(type.apiVersion())
                || !object.path("kind").asText().equals(type.kind())) {
            throw Refusal.badRequest("the object provided (" + given + ") does not match the expected type ("
                    + type.apiVersion() + ", Kind=" + type.kind() + ")");
        }
        JsonNode metadata = object.get("metadata");
        if (metadata != null && !metadata.isObject() && !metadata.isNull()) {
            throw Refusal.badRequest("metadata must be an object");
        }
        String namespace = Metadata.of(object).path("namespace").asText("");
        if (type.namespaced() && !namespace.isEmpty() && !namespace.equals(route.namespace())) {
            throw Refusal.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void fill(ObjectNode object, String field, String value) {
        if (object.path(field).asText("").isEmpty()) {
            object.put(field, value);
        }
    }

    /** Drops what the kind does not know, and warns of it; refuses it when the request is strict. */
    static void prune(ObjectNode object, ResourceType type, Request request) {
        if (!type.custom()) {
            Pruning.dropNulls(object);
        }
        List<String> wrong = new ArrayList<>();
        request.doubles().forEach(path -> wrong.add("duplicate field \"" + path + "\""));
        Pruning.prune(object, type.schema(), path -> {
            if (wrong.size() < MAX_COMPLAINTS) {
                wrong.add("unknown field \"" + path + "\"");
            }
        });
        String validation = request.parameter("fieldValidation").orElse("Warn");
        if (!wrong.isEmpty() && validation.equals("Strict")) {
            String all = "strict decoding error: " + String.join(", ", wrong);
            throw request.method().equals("PATCH") ? Refusal.unreadablePatch(all) : unreadable(type, all);
        }
        if (validation.equals("Warn")) {
            wrong.forEach(request::warn);
        }
    }

    private static Refusal unreadable(ResourceType type, String why) {
        return Refusal.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                + type.kind() + ": " + why);
    }

    /** What is applied must be of the kind's form, without anything it doesn't know. */
    static void requireApplicable(ObjectNode configuration, ResourceType type) {
        ObjectNode copy = configuration.deepCopy();
        List<String> wrong = new ArrayList<>();
        Pruning.prune(copy, type.schema(), path -> wrong.add("." + path + ": field not declared in schema"));
        if (wrong.isEmpty() && !type.custom()) {
            Pruning.dropNulls(copy);
            List<Cause> causes = new ArrayList<>();
            Validation.validate(copy, type.schema(), causes);
            causes.stream()
                    .filter(c -> c.reason().equals("FieldValueTypeInvalid"))
                    .forEach(c -> wrong.add("." + c.field() + ": " + c.message()));
        }
        if (wrong.isEmpty()) {
            wrong.addAll(Lists.faults(copy, type.schema()));
        }
        if (!wrong.isEmpty()) {
            String version = type.group().isEmpty() ? "/" + type.version() : type.apiVersion();
            throw Refusal.failed(
                    500,
                    "failed to create typed patch object ("
                            + Metadata.of(configuration).path("namespace").asText("") + "/"
                            + Metadata.name(configuration) + "; " + version + ", Kind=" + type.kind() + "): "
                            + wrong.get(0));
        }
    }

    /** Fills in the kind's defaults; what comes of it is what its author manages. */
    static void normalise(ObjectNode object, ResourceType type) {
        Defaulting.apply(object, type.schema());
        if (!type.custom()) {
            requireReadable(object, type);
        }
        type.rules().normalise(object);
    }

    /** The same after others have changed it; what they add and the kind does not know is dropped without a word. */
    static void settle(ObjectNode object, ResourceType type) {
        Pruning.prune(object, type.schema(), path -> {});
        Defaulting.apply(object, type.schema());
        if (!type.custom()) {
            requireReadable(object, type);
        }
        type.rules().normalise(object);
    }

    /** A typed field of a wrong type is unreadable rather than invalid. */
    private static void requireReadable(ObjectNode object, ResourceType type) {
        List<Cause> unreadable = new ArrayList<>();
        Validation.validate(object, type.schema(), unreadable);
        // What stands twice, or lacks something, can be read.
        unreadable.removeIf(cause ->
                cause.reason().equals("FieldValueDuplicate") || cause.reason().equals("FieldValueRequired"));
        if (!unreadable.isEmpty()) {
            throw unreadable(
                    type, unreadable.get(0).field() + ": " + unreadable.get(0).message());
        }
    }

    /** @param before null for a creation */
    static void complete(ObjectNode object, ObjectNode before, ResourceType type) {
        type.rules().prepare(object, before);
        List<Cause> causes = new ArrayList<>();
        Metadata.validate(object, type, before, causes);
        if (type.custom()) {
            Validation.validate(object, before, type.schema(), causes);
            causes.sort(Comparator.comparing(Cause::field));
            Rules.validate(object, before, type.schema(), causes);
        }
        type.rules().validate(object, before, causes);
        if (!causes.isEmpty()) {
            throw Refusal.invalid(type, Metadata.name(object), causes);
        }
    }
}

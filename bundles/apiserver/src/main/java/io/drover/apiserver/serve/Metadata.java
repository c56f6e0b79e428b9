package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Names;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Pruning;
import io.drover.apiserver.schema.Schema;
import io.drover.apiserver.schema.Validation;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The part of an object that all kinds share. */
final class Metadata {

    static final Schema SCHEMA =
            BuiltIns.CONFIG_MAPS.schema().property("metadata").orElseThrow();

    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("kubernetes", Deleting.ORPHAN, Deleting.FOREGROUND, DefinitionKeeper.CLEANUP);
    private static final int MAX_ANNOTATIONS = 256 * 1024;
    private static final String SUFFIX_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Metadata() {}

    static ObjectNode of(ObjectNode object) {
        return Json.child(object, "metadata");
    }

    /** Puts the envelope in front, so that stored bytes begin alike and lists can leave it out of their items. */
    static void leading(ObjectNode object) {
        ObjectNode rest = object.deepCopy();
        JsonNode metadata = rest.remove("metadata");
        String kind = rest.remove("kind").asText();
        String apiVersion = rest.remove("apiVersion").asText();
        object.removeAll();
        object.put("kind", kind).put("apiVersion", apiVersion).set("metadata", metadata);
        object.setAll(rest);
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static boolean isDeleting(JsonNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp");
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Gives a new object its identity; takes the name from {@code generateName} if there is none. */
    static void begin(ObjectNode object, ResourceType type, String namespace) {
        ObjectNode metadata = of(object);
        tidy(metadata);
        String name = metadata.path("name").asText();
        String prefix = metadata.path("generateName").asText();
        if (name.isEmpty() && !prefix.isEmpty()) {
            metadata.put("name", prefix.substring(0, Math.min(prefix.length(), 58)) + suffix());
        }
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", now());
        metadata.remove(List.of("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"));
        if (type.countsGenerations()) {
            metadata.put("generation", 1);
        } else {
            metadata.remove("generation");
        }
    }

    private static String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX; i++) {
            suffix.append(SUFFIX_CHARACTERS.charAt(RANDOM.nextInt(SUFFIX_CHARACTERS.length())));
        }
        return suffix.toString();
    }

    /** Keeps what only the server decides as it was. */
    static void carryOver(ObjectNode object, ObjectNode before) {
        ObjectNode metadata = of(object);
        tidy(metadata);
        JsonNode old = before.path("metadata");
        for (String field : List.of(
                "uid",
                "creationTimestamp",
                "generation",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "namespace")) {
            JsonNode value = old.get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        metadata.put("name", name(before));
        metadata.set("resourceVersion", old.path("resourceVersion"));
    }

    private static void tidy(ObjectNode metadata) {
        Pruning.dropNulls(metadata);
        List<String> unknown = new ArrayList<>();
        metadata.fieldNames().forEachRemaining(field -> {
            if (!SCHEMA.properties().containsKey(field)) {
                unknown.add(field);
            }
        });
        metadata.remove(unknown);
        List<Cause> wrong = new ArrayList<>();
        Validation.validate(metadata, SCHEMA, wrong);
        wrong.removeIf(cause -> cause.reason().equals("FieldValueDuplicate"));
        if (!wrong.isEmpty()) {
            throw Refusal.badRequest("metadata can't be read: " + wrong.get(0).field() + ": "
                    + wrong.get(0).message());
        }
        for (String map : List.of("labels", "annotations")) {
            if (metadata.path(map).isObject() && metadata.path(map).isEmpty()) {
                metadata.remove(map);
            }
        }
        if (metadata.path("finalizers").isArray() && metadata.path("finalizers").isEmpty()) {
            metadata.remove("finalizers");
        }
    }

    static void validate(ObjectNode object, ResourceType type, ObjectNode before, List<Cause> causes) {
        ObjectNode metadata = of(object);
        validateNames(metadata, type, causes);
        for (var label : metadata.path("labels").properties()) {
            Names.checkQualified(label.getKey(), "metadata.labels", causes);
            Names.checkLabelValue(label.getValue().asText(), "metadata.labels", causes);
        }
        long annotations = 0;
        for (var annotation : metadata.path("annotations").properties()) {
            Names.checkQualified(
                    annotation.getKey().toLowerCase(java.util.Locale.ROOT), "metadata.annotations", causes);
            annotations += annotation.getKey().length()
                    + annotation.getValue().asText().length();
        }
        if (annotations > MAX_ANNOTATIONS) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "metadata.annotations",
                    "Too long: may not be more than " + MAX_ANNOTATIONS + " bytes"));
        }
        validateOwners(metadata.path("ownerReferences"), causes);
        validateFinalizers(metadata, type, causes);
        if (before != null && isDeleting(before)) {
            validateFinalizersOfDying(metadata, before, causes);
        }
    }

    private static void validateOwners(JsonNode owners, List<Cause> causes) {
        JsonNode controller = null;
        for (JsonNode owner : owners) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asText().isEmpty()) {
                    causes.add(Cause.invalid("metadata.ownerReferences." + field, "\"\"", "must not be empty"));
                }
            }
            if (owner.path("controller").asBoolean() && controller != null) {
                causes.add(Cause.invalid(
                        "metadata.ownerReferences",
                        owners.toString(),
                        "Only one reference can have Controller set to true. Found \"true\" in references for "
                                + shown(controller) + " and " + shown(owner)));
            }
            controller = owner.path("controller").asBoolean() ? owner : controller;
        }
    }

    private static String shown(JsonNode owner) {
        return owner.path("kind").asText() + "/" + owner.path("name").asText();
    }

    private static void validateFinalizers(ObjectNode metadata, ResourceType type, List<Cause> causes) {
        int i = 0;
        for (JsonNode finalizer : metadata.path("finalizers")) {
            String at = "metadata.finalizers[" + i++ + "]";
            String name = finalizer.asText();
            Names.checkQualified(name, at, causes);
            if (!type.custom() && !name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                causes.add(Cause.invalid(
                        at, '"' + name + '"', "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    private static void validateFinalizersOfDying(ObjectNode metadata, ObjectNode before, List<Cause> causes) {
        List<String> old = new ArrayList<>();
        before.at("/metadata/finalizers").forEach(f -> old.add(f.asText()));
        List<String> added = new ArrayList<>();
        metadata.path("finalizers").forEach(f -> {
            if (!old.contains(f.asText())) {
                added.add('"' + f.asText() + '"');
            }
        });
        if (!added.isEmpty()) {
            causes.add(Cause.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(", ", added) + "}"));
        }
    }

    private static void validateNames(ObjectNode metadata, ResourceType type, List<Cause> causes) {
        String name = metadata.path("name").asText();
        String prefix = metadata.path("generateName").asText();
        if (!prefix.isEmpty()) {
            boolean dash = prefix.length() > 1 && prefix.endsWith("-");
            validateName(dash ? prefix.substring(0, prefix.length() - 2) + "a" : prefix, type, "generateName", causes);
        }
        if (name.isEmpty()) {
            causes.add(Cause.required("metadata.name", "name or generateName is required"));
        } else {
            validateName(name, type, "name", causes);
        }
    }

    private static void validateName(String name, ResourceType type, String field, List<Cause> causes) {
        String at = "metadata." + field;
        if (type.group().equals("rbac.authorization.k8s.io") || type.equals(BuiltIns.EVENTS)) {
            Names.checkSegment(name, at, causes);
        } else if (type.equals(BuiltIns.NAMESPACES)) {
            Names.checkLabel(name, at, causes);
        } else {
            Names.checkSubdomain(name, at, causes);
        }
    }
}

package io.drover.apiserver.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.ResourceType;
import java.util.List;
import java.util.stream.Collectors;

/** Why a request is not done, in the form in which clients of the Kubernetes API are told: a {@code Status}. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;
    private final String goOn;

    private Refusal(int code, String reason, String message, ObjectNode details) {
        this(code, reason, message, details, "");
    }

    /** @param goOn token with which a list may go on; empty if none may */
    private Refusal(int code, String reason, String message, ObjectNode details, String goOn) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
        this.goOn = goOn;
    }

    /**
     * One thing that is wrong with an object.
     *
     * @param reason such as {@code FieldValueInvalid}
     * @param field path, such as {@code spec.rules[0].verbs}
     */
    public record Cause(String reason, String field, String message) {

        public static Cause invalid(String field, String value, String detail) {
            return new Cause("FieldValueInvalid", field, "Invalid value: " + value + ": " + detail);
        }

        public static Cause required(String field, String detail) {
            return new Cause("FieldValueRequired", field, "Required value" + (detail.isEmpty() ? "" : ": " + detail));
        }

        public static Cause forbidden(String field, String detail) {
            return new Cause("FieldValueForbidden", field, "Forbidden: " + detail);
        }

        public static Cause unsupported(String field, String value, List<String> supported) {
            return new Cause(
                    "FieldValueNotSupported",
                    field,
                    "Unsupported value: " + value + ": supported values: "
                            + supported.stream().map(s -> '"' + s + '"').collect(Collectors.joining(", ")));
        }

        public static Cause type(String field, String value, String detail) {
            return new Cause("FieldValueTypeInvalid", field, "Invalid value: " + value + ": " + detail);
        }
    }

    /** After how many seconds the client may try again; 0 = it is not told. */
    public int retryAfter() {
        return details == null ? 0 : details.path("retryAfterSeconds").asInt();
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public ObjectNode status() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        ObjectNode metadata = status.putObject("metadata");
        if (!goOn.isEmpty()) {
            metadata.put("continue", goOn);
        }
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (details != null) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    public static Refusal badRequest(String message) {
        return new Refusal(400, "BadRequest", message, null);
    }

    public static Refusal forbiddenPath(String message) {
        return new Refusal(403, "Forbidden", "forbidden: " + message, Json.object());
    }

    /** What a namespace that is being deleted takes no more of. */
    public static Refusal terminating(ResourceType type, String name, String namespace) {
        ObjectNode details = details(type, name);
        causes(
                details,
                List.of(new Cause(
                        "NamespaceTerminating",
                        "metadata.namespace",
                        "namespace " + namespace + " is being terminated")));
        String message = type.qualified() + " \"" + name + "\" is forbidden: unable to create new content in namespace "
                + namespace + " because it is being terminated";
        return new Refusal(403, "Forbidden", message, details);
    }

    public static Refusal forbidden(ResourceType type, String name, String message) {
        String quoted = name.isEmpty() ? "" : " \"" + name + "\"";
        return new Refusal(
                403, "Forbidden", type.qualified() + quoted + " is forbidden: " + message, details(type, name));
    }

    public static Refusal noSuchPath() {
        return new Refusal(404, "NotFound", "the server could not find the requested resource", Json.object());
    }

    public static Refusal notFound(ResourceType type, String name) {
        return new Refusal(404, "NotFound", type.qualified() + " \"" + name + "\" not found", details(type, name));
    }

    public static Refusal methodNotAllowed(String method) {
        return new Refusal(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Json.object());
    }

    /** No form of the answer suits the client. */
    public static Refusal notAcceptable() {
        return new Refusal(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf",
                null);
    }

    public static Refusal alreadyExists(ResourceType type, String name) {
        return new Refusal(
                409, "AlreadyExists", type.qualified() + " \"" + name + "\" already exists", details(type, name));
    }

    public static Refusal conflict(ResourceType type, String name, String message) {
        return new Refusal(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + type.qualified() + " \"" + name + "\": " + message,
                details(type, name));
    }

    /** A conflict that names the object by its kind, as conditions of a deletion do. */
    public static Refusal conflictOfKind(ResourceType type, String name, String message) {
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        ObjectNode details = details(type, name).put("kind", type.kind());
        return new Refusal(
                409, "Conflict", "Operation cannot be fulfilled on " + kind + " \"" + name + "\": " + message, details);
    }

    public static Refusal modified(ResourceType type, String name) {
        return conflict(
                type,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static Refusal applyConflict(String message, List<Cause> causes) {
        ObjectNode details = Json.object();
        causes(details, causes);
        return new Refusal(409, "Conflict", message, details);
    }

    public static Refusal expired(String message) {
        return new Refusal(410, "Expired", message, null);
    }

    /**
     * The state that pages were read from is no longer kept.
     *
     * @param token with which the list may go on in another state
     */
    public static Refusal expiredPage(String token) {
        return new Refusal(
                410,
                "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list"
                        + " without the continue parameter, or use the continue token in this response to retrieve the"
                        + " remainder of the results. Continuing with the provided token results in an inconsistent list -"
                        + " objects that were created, modified, or deleted between the time the first chunk was returned"
                        + " and now may show up in the list.",
                null,
                token);
    }

    public static Refusal unsupportedMediaType(String message) {
        return new Refusal(415, "UnsupportedMediaType", message, null);
    }

    public static Refusal invalid(ResourceType type, String name, List<Cause> causes) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        return invalid(details, type.group(), type.kind(), name, causes);
    }

    /** A parameter or option that can't be. */
    public static Refusal invalidOptions(String kind, Cause cause) {
        return invalidOptions(kind, List.of(cause));
    }

    public static Refusal invalidOptions(String kind, List<Cause> causes) {
        return invalid(Json.object(), "meta.k8s.io", kind, "", causes);
    }

    /** An object that a patch would make of the present one, and that can't be read. */
    public static Refusal unreadablePatch(String why) {
        ObjectNode details = Json.object();
        causes(details, List.of(Cause.invalid("patch", "the patched object", why)));
        return new Refusal(
                422, "Invalid", " \"\" is invalid: patch: Invalid value: the patched object: " + why, details);
    }

    /** A failure for which there is no reason among the usual ones. */
    public static Refusal failed(int code, String message) {
        return new Refusal(code, "", message, null);
    }

    /** Something that custom resources are told by the name of their resource rather than their kind. */
    public static Refusal invalidResource(ResourceType type, String name, Cause cause) {
        ObjectNode details =
                Json.object().put("name", name).put("group", type.group()).put("kind", type.plural());
        causes(details, List.of(cause));
        String message = type.qualified() + " \"" + name + "\" is invalid: " + cause.field() + ": " + cause.message();
        return new Refusal(422, "Invalid", message, details);
    }

    private static Refusal invalid(ObjectNode details, String group, String kind, String name, List<Cause> causes) {
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", kind);
        causes(details, causes);
        List<String> sentences = causes.stream()
                .map(c -> c.field() + ": " + c.message())
                .distinct()
                .toList();
        String all = sentences.size() == 1 ? sentences.get(0) : "[" + String.join(", ", sentences) + "]";
        String qualifiedKind = group.isEmpty() ? kind : kind + "." + group;
        return new Refusal(422, "Invalid", qualifiedKind + " \"" + name + "\" is invalid: " + all, details);
    }

    /** As a webhook says it. */
    public static Refusal because(int code, String reason, String message) {
        return new Refusal(code, reason, message, Json.object());
    }

    /** @param reason as the policy has it; {@code Invalid} is 422 */
    public static Refusal deniedByPolicy(ResourceType type, String name, String reason, String message) {
        int code =
                switch (reason) {
                    case "Unauthorized" -> 401;
                    case "Forbidden" -> 403;
                    case "RequestEntityTooLarge" -> 413;
                    default -> 422;
                };
        ObjectNode details = details(type, name);
        causes(details, List.of(new Cause("", "", message)));
        return new Refusal(
                code,
                code == 422 ? "Invalid" : reason,
                type.qualified() + " \"" + name + "\" is forbidden: " + message,
                details);
    }

    /** Somebody who has a say in it finds the object wrong as a whole. */
    public static Refusal rejected(ResourceType type, String name, String message) {
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        return new Refusal(422, "Invalid", kind + " \"" + name + "\" is invalid: " + message, details(type, name));
    }

    public static Refusal patchFailed(String message) {
        return new Refusal(422, "Invalid", message, Json.object());
    }

    /** Somebody asks for more at once than is done. */
    public static Refusal tooLarge(String message) {
        return new Refusal(413, "RequestEntityTooLarge", "Request entity is too large: " + message, null);
    }

    public static Refusal tooManyRequests() {
        ObjectNode details = Json.object().put("retryAfterSeconds", 1);
        return new Refusal(429, "TooManyRequests", "too many requests, please try again later", details);
    }

    public static Refusal internal(String message) {
        return new Refusal(500, "InternalError", "Internal error occurred: " + message, null);
    }

    /** Somebody asks for a state that is yet to come. */
    public static Refusal notThereYet(long wanted, long current) {
        ObjectNode details = Json.object();
        details.putArray("causes")
                .addObject()
                .put("reason", "ResourceVersionTooLarge")
                .put("message", "Too large resource version");
        details.put("retryAfterSeconds", 1);
        String message = "Timeout: Too large resource version: " + wanted + ", current: " + current;
        return new Refusal(504, "Timeout", message, details);
    }

    /** What a creation must not bring along. */
    public static Refusal hasVersion() {
        return new Refusal(500, "", "resourceVersion should not be set on objects to be created", null);
    }

    public static Refusal noSpace(String message) {
        return new Refusal(507, "InsufficientStorage", message, null);
    }

    public static Refusal noDisk(String message) {
        return new Refusal(500, "InternalError", message, null);
    }

    private static ObjectNode details(ResourceType type, String name) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", type.plural());
    }

    private static void causes(ObjectNode details, List<Cause> causes) {
        ArrayNode array = details.putArray("causes");
        for (Cause cause : causes) {
            ObjectNode told = array.addObject();
            if (!cause.reason().isEmpty()) {
                told.put("reason", cause.reason());
            }
            told.put("message", cause.message());
            if (!cause.field().isEmpty()) {
                told.put("field", cause.field());
            }
        }
    }
}

package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;

/** Answers in the API's error format; those that {@link DroverException} has no fault for are thrown from here. */
final class Refusal {

    private Refusal() {}

    static WebApplicationException badRequest(String message) {
        return exception(400, "InvalidBodyContent", message);
    }

    /** The store's authorisation says no. */
    static WebApplicationException forbidden(String message) {
        return exception(403, "Forbidden", message);
    }

    static WebApplicationException notFound(String message) {
        return exception(404, "NotFound", message);
    }

    static WebApplicationException methodNotAllowed(String message) {
        return exception(405, "MethodNotAllow", message);
    }

    static WebApplicationException methodNotSupported(String method) {
        return methodNotAllowed("Method " + method + " not supported");
    }

    static WebApplicationException conflict(String code, String message) {
        return exception(409, code, message);
    }

    /** Somebody does something too often. */
    static WebApplicationException tooMany(String message, Duration after) {
        Response answer = answer(429, "SlowDown", message, null);
        return new WebApplicationException(
                message,
                Response.fromResponse(answer)
                        .header(HttpHeaders.RETRY_AFTER, after.toSeconds())
                        .build());
    }

    static DroverException invalidBody(String message) {
        return DroverException.invalid("InvalidBodyContent", null, message);
    }

    static Response answer(int status, String code, String message, String fieldName) {
        ObjectNode error = JsonNodeFactory.instance
                .objectNode()
                .put("type", "error")
                .put("baseType", "error")
                .put("status", status)
                .put("code", code)
                .put("message", message);
        if (fieldName != null) {
            error.put("fieldName", fieldName);
        }
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(error)
                .build();
    }

    private static WebApplicationException exception(int status, String code, String message) {
        return new WebApplicationException(message, answer(status, code, message, null));
    }
}

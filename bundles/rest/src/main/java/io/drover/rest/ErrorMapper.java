package io.drover.rest;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every failure in the API's error format, and none with its trace. */
final class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final Logger log = LoggerFactory.getLogger(ErrorMapper.class);

    @Context
    private HttpServletRequest request;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof DroverException told) {
            return toResponse(told);
        }
        if (failure instanceof WebApplicationException told) {
            Response response = told.getResponse();
            return response.hasEntity() ? response : unnamed(response.getStatus());
        }
        if (isCallerGone(failure)) {
            return Response.serverError().build();
        }
        log.error("Request failed", failure);
        return Refusal.answer(500, "ServerError", "Drover could not do this; its log says why", null);
    }

    /** Nothing of ours fails with these: reading the request or writing the answer did. */
    private static boolean isCallerGone(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause instanceof IOException;
    }

    private static Response toResponse(DroverException failure) {
        Fault fault = failure.fault();
        if (fault == Fault.INTERNAL) {
            log.error("Request failed", failure);
        }
        String code = failure.code()
                .orElse(
                        switch (fault) {
                            case REJECTED -> "InvalidBodyContent";
                            case UNAUTHENTICATED -> "Unauthorized";
                            case DENIED -> "PermissionDenied";
                            case NOT_FOUND -> "NotFound";
                            case CONFLICT -> "Conflict";
                            case UNAVAILABLE -> "ClusterUnavailable";
                            case INTERNAL -> "ServerError";
                        });
        return Refusal.answer(
                fault.httpStatus(), code, failure.getMessage(), failure.field().orElse(null));
    }

    /** What JAX-RS found by itself: no such path, no such method. */
    private Response unnamed(int status) {
        return switch (status) {
            case 404 -> Refusal.answer(404, "NotFound", "not found", null);
            case 405 -> Refusal.answer(405, "MethodNotAllow", "Method " + request.getMethod() + " not supported", null);
            case 413 -> Refusal.answer(413, "InvalidBodyContent", "the body is too long", null);
            default -> Refusal.answer(status, status < 500 ? "InvalidBodyContent" : "ServerError", "", null);
        };
    }
}

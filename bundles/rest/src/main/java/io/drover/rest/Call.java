package io.drover.rest;

import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as far as the engine is concerned.
 *
 * @param query decoded
 * @param path raw path, from the root
 */
record Call(Caller caller, Urls urls, MultivaluedMap<String, String> query, String path, HttpServletRequest request) {

    private static final Caller NOBODY =
            new Caller("system:anonymous", List.of("system:unauthenticated"), Map.of(), Optional.empty());

    static Call of(HttpServletRequest request, UriInfo uri) {
        Object caller = request.getAttribute(Caller.ATTRIBUTE);
        return new Call(
                caller instanceof Caller known ? known : NOBODY,
                Urls.of(request),
                uri.getQueryParameters(),
                "/" + uri.getPath(false).replaceFirst("^/+", ""),
                request);
    }

    boolean isAnonymous() {
        return caller == NOBODY;
    }

    /** Where what is found out about this request is recorded. */
    AuditedCall audited() {
        return request.getAttribute(AuditedCall.ATTRIBUTE) instanceof AuditedCall recorded
                ? recorded
                : AuditedCall.NONE;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** Some clients ask for another name of the key, as {@code actions} is taken in their language. */
    String actionsKey() {
        return header("X-API-Action-Links").isPresent() ? "actionLinks" : "actions";
    }
}

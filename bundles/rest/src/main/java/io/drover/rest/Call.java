package io.drover.rest;

import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A request as far as the engine is concerned.
 *
 * @param query decoded
 * @param path raw path, from the root
 * @param headers the first value of a header, or null
 * @param audited where what is found out about this request is recorded
 */
record Call(
        Caller caller,
        Urls urls,
        MultivaluedMap<String, String> query,
        String path,
        UnaryOperator<String> headers,
        AuditedCall audited,
        Optional<HttpServletRequest> servletRequest) {

    private static final String DECISION = Call.class.getName() + ".decision";
    private static final Caller NOBODY =
            new Caller("system:anonymous", List.of("system:unauthenticated"), Map.of(), Optional.empty());

    static Call of(HttpServletRequest request, UriInfo uri) {
        return new Call(
                request.getAttribute(Caller.ATTRIBUTE) instanceof Caller known ? known : NOBODY,
                Urls.of(request),
                uri.getQueryParameters(),
                "/" + uri.getPath(false).replaceFirst("^/+", ""),
                request::getHeader,
                request.getAttribute(AuditedCall.ATTRIBUTE) instanceof AuditedCall recorded
                        ? recorded
                        : AuditedCall.NONE,
                Optional.of(request));
    }

    /** What is looked at for somebody who has a WebSocket open. */
    static Call ofSocket(
            Caller caller,
            MultivaluedMap<String, String> query,
            String path,
            UnaryOperator<String> headers,
            AuditedCall audited) {
        return new Call(caller, Urls.of(headers), query, path, headers, audited, Optional.empty());
    }

    boolean isAnonymous() {
        return caller == NOBODY;
    }

    /** Of whoever acts; who merely looks may have none. */
    HttpServletRequest request() {
        return servletRequest.orElseThrow();
    }

    /** Remembers what was decided last about this request; it is recorded where it turns out to be what counts. */
    void decided(Decision decision) {
        servletRequest.ifPresent(request -> request.setAttribute(DECISION, decision));
    }

    /** Forgets what was decided, and answers it. */
    Optional<Decision> takeDecision() {
        Optional<Decision> decision = servletRequest.map(request -> (Decision) request.getAttribute(DECISION));
        servletRequest.ifPresent(request -> request.removeAttribute(DECISION));
        return decision;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name));
    }

    /** Some clients ask for another name of the key, as {@code actions} is taken in their language. */
    String actionsKey() {
        return header("X-API-Action-Links").isPresent() ? "actionLinks" : "actions";
    }
}

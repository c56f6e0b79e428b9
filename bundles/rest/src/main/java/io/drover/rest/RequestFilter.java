package io.drover.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Brings requests into the one form that the rest of the bundle knows: tidy paths, the method that is meant. */
@PreMatching
final class RequestFilter implements ContainerRequestFilter {

    private static final Set<String> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    @Override
    public void filter(ContainerRequestContext request) {
        String meant = request.getUriInfo().getQueryParameters().getFirst("_method");
        if (meant != null) {
            request.setMethod(meant.toUpperCase(Locale.ROOT));
        } else if ("remove".equals(request.getUriInfo().getQueryParameters().getFirst("action"))
                && request.getMethod().equals(HttpMethod.POST)) {
            request.setMethod(HttpMethod.DELETE);
        }
        if (!METHODS.contains(request.getMethod())) {
            throw Refusal.methodNotSupported(request.getMethod());
        }
        Browsers.requireRepeatedCookie(request);
        URI uri = request.getUriInfo().getRequestUri();
        if (Routes.climbs(uri.getRawPath())) {
            throw Refusal.notFound("not found");
        }
        String tidy = Routes.tidy(uri.getRawPath());
        if (!tidy.equals(uri.getRawPath())) {
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            request.setRequestUri(uri.resolve(tidy + query));
        }
    }
}

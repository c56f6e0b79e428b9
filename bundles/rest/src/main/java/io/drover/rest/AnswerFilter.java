package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;

/** What every answer carries: where the schemas are, that it is not to be kept, and the form that the caller asked for. */
final class AnswerFilter implements ContainerResponseFilter {

    private static final MediaType YAML = new MediaType("application", "yaml");

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("Expires", "Wed 24 Feb 1982 18:42:00 GMT");
        headers.putSingle("X-Content-Type-Options", "nosniff");
        Browsers.newCookie(request).ifPresent(cookie -> headers.add(HttpHeaders.SET_COOKIE, cookie));
        if (response.getEntity() instanceof JsonNode || response.getStatus() == 204) {
            headers.putSingle(
                    "X-API-Schemas",
                    Urls.of(servletRequest)
                            .to(Routes.schemasOf(request.getUriInfo().getPath(false))));
        }
        if (response.getEntity() instanceof JsonNode node) {
            MediaType form = form(request);
            if (form.isCompatible(MediaType.TEXT_HTML_TYPE)) {
                headers.putSingle("Content-Security-Policy", "default-src 'none'");
            }
            response.setEntity(node, null, form);
        }
    }

    private static MediaType form(ContainerRequestContext request) {
        String asked = request.getUriInfo().getQueryParameters().getFirst("_format");
        if (asked != null) {
            return switch (asked) {
                case "yaml" -> YAML;
                case "html" -> MediaType.TEXT_HTML_TYPE;
                default -> MediaType.APPLICATION_JSON_TYPE;
            };
        }
        String accept = header(request, "Accept");
        if (Browsers.isBrowser(request)) {
            return MediaType.TEXT_HTML_TYPE;
        }
        return accept.contains("application/yaml") ? YAML : MediaType.APPLICATION_JSON_TYPE;
    }

    private static String header(ContainerRequestContext request, String name) {
        String value = request.getHeaderString(name);
        return value == null ? "" : value;
    }
}

package io.drover.rest;

import io.drover.api.DroverException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What is asked of browsers and of nobody else: to repeat, whenever they change something, a cookie that only pages of this site can read.
 */
final class Browsers {

    static final String CSRF_COOKIE = "CSRF";

    private static final String CSRF_HEADER = "X-API-CSRF";
    private static final int CSRF_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Browsers() {}

    static boolean isBrowser(ContainerRequestContext request) {
        return header(request, HttpHeaders.USER_AGENT).toLowerCase(Locale.ROOT).contains("mozilla")
                && header(request, HttpHeaders.ACCEPT).contains("*/*");
    }

    /** @throws DroverException {@code REJECTED} if a browser changes something without repeating its cookie */
    static void requireRepeatedCookie(ContainerRequestContext request) {
        if (!isBrowser(request) || request.getMethod().equals(HttpMethod.GET)) {
            return;
        }
        String cookie = cookie(request);
        String repeated = Optional.ofNullable(request.getHeaderString(CSRF_HEADER))
                .or(() -> Optional.ofNullable(
                        request.getUriInfo().getQueryParameters().getFirst(CSRF_COOKIE)))
                .orElse("");
        if (cookie.isEmpty() || !MessageDigest.isEqual(bytes(cookie), bytes(repeated))) {
            throw DroverException.invalid("InvalidCSRFToken", null, "Invalid CSRF token");
        }
    }

    /** The cookie that a browser is to be given with this answer. */
    static Optional<String> newCookie(ContainerRequestContext request) {
        if (!isBrowser(request)
                || !request.getMethod().equals(HttpMethod.GET)
                || !cookie(request).isEmpty()) {
            return Optional.empty();
        }
        byte[] random = new byte[CSRF_BYTES];
        RANDOM.nextBytes(random);
        return Optional.of(CSRF_COOKIE + "=" + HexFormat.of().formatHex(random) + "; Path=/; Secure; SameSite=Lax");
    }

    private static String cookie(ContainerRequestContext request) {
        Cookie cookie = request.getCookies().get(CSRF_COOKIE);
        return cookie == null || cookie.getValue() == null ? "" : cookie.getValue();
    }

    private static String header(ContainerRequestContext request, String name) {
        String value = request.getHeaderString(name);
        return value == null ? "" : value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

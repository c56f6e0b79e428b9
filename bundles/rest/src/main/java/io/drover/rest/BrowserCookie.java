package io.drover.rest;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A secret that one browser shows again, so that a sign-in that began in it ends in it: nobody can let somebody else's browser finish a
 * sign-in that he began.
 */
final class BrowserCookie {

    private static final String NAME = "R_SIGNIN";
    private static final String ATTRIBUTE = BrowserCookie.class.getName();
    private static final int BYTES = 32;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private BrowserCookie() {}

    static Optional<String> sent(HttpServletRequest request) {
        return Stream.ofNullable(request.getCookies())
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(NAME))
                .map(Cookie::getValue)
                .filter(value -> value != null && VALUE.matcher(value).matches())
                .findFirst();
    }

    /** What was sent, else a new one; the same throughout one request. */
    static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String value = sent(request).orElseGet(BrowserCookie::random);
        request.setAttribute(ATTRIBUTE, value);
        return value;
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String header(String value) {
        return NAME + "=" + value + "; Path=/; HttpOnly; Secure; SameSite=Lax";
    }
}

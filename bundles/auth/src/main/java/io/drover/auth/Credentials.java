package io.drover.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The token that a request presents: {@code name:secret} as bearer token, as user and password of Basic, or in the session cookie. The
 * header wins over the cookie.
 */
record Credentials(String name, String secret) {

    static final String COOKIE = "R_SESS";

    private static final String BEARER = "Bearer ";
    private static final int MAX_LENGTH = 1024;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,256}");

    /** What was found in the headers. */
    sealed interface Presented {
        record Nothing() implements Presented {}

        /** @param reason never repeats what was sent */
        record Malformed(String reason) implements Presented {}

        /** @param byCookie whether a browser added it by itself */
        record Some(Credentials credentials, boolean byCookie) implements Presented {}
    }

    static Presented in(Function<String, List<String>> headers) {
        List<String> values = values(headers, "Authorization");
        if (values.size() > 1) {
            return new Presented.Malformed("there is more than one Authorization header");
        }
        if (values.isEmpty()) {
            return inCookies(values(headers, "Cookie"));
        }
        String presented = values.get(0).strip();
        int space = presented.indexOf(' ');
        String scheme = (space < 0 ? presented : presented.substring(0, space)).toLowerCase(Locale.ROOT);
        String rest = space < 0 ? "" : presented.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> parse(rest, false);
            case "basic" -> decode(rest)
                    .map(value -> parse(value, false))
                    .orElseGet(() -> new Presented.Malformed("the Authorization header is not valid base64"));
            default -> new Presented.Malformed("the Authorization header is neither Bearer nor Basic");
        };
    }

    /** What came as bearer token, whatever its form. */
    static Optional<String> bearer(Function<String, List<String>> headers) {
        List<String> values = values(headers, "Authorization");
        return values.size() == 1 && values.get(0).strip().regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(values.get(0).strip().substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private static Presented inCookies(List<String> headers) {
        String found = null;
        for (String header : headers) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0 || !pair.substring(0, equals).strip().equals(COOKIE)) {
                    continue;
                }
                String value = pair.substring(equals + 1).strip();
                if (found != null && !found.equals(value)) {
                    return new Presented.Malformed("there is more than one session cookie");
                }
                found = value;
            }
        }
        return found == null || found.isEmpty() ? new Presented.Nothing() : parse(found, true);
    }

    private static Presented parse(String value, boolean byCookie) {
        if (value.length() > MAX_LENGTH) {
            return new Presented.Malformed("the token is too long");
        }
        int colon = value.indexOf(':');
        if (colon < 0) {
            return new Presented.Malformed("the token is not of the form name:secret");
        }
        Credentials credentials = new Credentials(value.substring(0, colon), value.substring(colon + 1));
        if (!NAME.matcher(credentials.name).matches()
                || !SECRET.matcher(credentials.secret).matches()) {
            return new Presented.Malformed("the token is not of the form name:secret");
        }
        return new Presented.Some(credentials, byCookie);
    }

    private static Optional<String> decode(String base64) {
        if (base64.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<String> values(Function<String, List<String>> headers, String name) {
        List<String> values = headers.apply(name);
        return values == null
                ? List.of()
                : values.stream()
                        .filter(value -> value != null && !value.isBlank())
                        .toList();
    }

    @Override
    public String toString() {
        return "Credentials[" + name + "]";
    }
}

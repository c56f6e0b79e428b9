package io.drover.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The links of one answer: absolute, and by the name that the caller reached us by. */
final class Urls {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    /** What a segment of a path may hold as it is (RFC 3986). */
    private static final String LITERAL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String base;

    private Urls(String base) {
        this.base = base;
    }

    static Urls of(HttpServletRequest request) {
        return of(request::getHeader, request.isSecure() ? "https" : "http", scheme -> authority(request, scheme));
    }

    /** Of a request over HTTP/1.1 and TLS. */
    static Urls of(UnaryOperator<String> headers) {
        return of(headers, "https", scheme -> "localhost");
    }

    private static Urls of(UnaryOperator<String> headers, String spoken, UnaryOperator<String> authority) {
        String scheme =
                header(headers, "X-Forwarded-Proto").map(Urls::httpScheme).orElse(spoken);
        String host = header(headers, "X-API-Host")
                .filter(Urls::isHost)
                .or(() -> header(headers, "X-Forwarded-Host")
                        .map(hosts -> hosts.split(",", 2)[0].strip())
                        .filter(Urls::isHost))
                .or(() -> header(headers, "Host").filter(Urls::isHost))
                .orElseGet(() -> authority.apply(scheme));
        String prefix = header(headers, "X-API-URL-Prefix")
                .filter(path -> PREFIX.matcher(path).matches())
                .orElse("");
        return new Urls(scheme + "://" + host + prefix);
    }

    /** HTTP/2 has no Host header. */
    private static String authority(HttpServletRequest request, String scheme) {
        int port = request.getServerPort();
        boolean usual = port <= 0 || port == (scheme.equals("https") ? 443 : 80);
        return request.getServerName() + (usual ? "" : ":" + port);
    }

    private static String httpScheme(String forwarded) {
        return switch (forwarded.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> "https";
            default -> "http";
        };
    }

    private static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    private static Optional<String> header(UnaryOperator<String> headers, String name) {
        return Optional.ofNullable(headers.apply(name)).filter(value -> !value.isBlank());
    }

    URI baseUri() {
        return URI.create(base);
    }

    /** @param path from the root, such as {@code /v3/users} */
    String to(String path) {
        return base + path;
    }

    String collection(ServedType type) {
        return base + type.versionPath() + "/" + type.type().plural().toLowerCase(Locale.ROOT);
    }

    String resource(ServedType type, String id) {
        return base + type.versionPath() + "/" + type.type().plural() + "/" + segment(id);
    }

    /** One segment of a path; ids of principals hold whatever a directory takes for a name. */
    private static String segment(String text) {
        StringBuilder segment = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && LITERAL.indexOf(octet) >= 0) {
                segment.append((char) octet);
            } else {
                segment.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return segment.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

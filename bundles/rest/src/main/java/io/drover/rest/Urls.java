package io.drover.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The links of one answer: absolute, and by the name that the caller reached us by. */
final class Urls {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    private final String base;

    private Urls(String base) {
        this.base = base;
    }

    static Urls of(HttpServletRequest request) {
        String scheme = header(request, "X-Forwarded-Proto")
                .map(Urls::httpScheme)
                .orElse(request.isSecure() ? "https" : "http");
        String host = header(request, "X-API-Host")
                .filter(Urls::isHost)
                .or(() -> header(request, "X-Forwarded-Host")
                        .map(hosts -> hosts.split(",", 2)[0].strip())
                        .filter(Urls::isHost))
                .or(() -> header(request, "Host").filter(Urls::isHost))
                .orElseGet(() -> authority(request, scheme));
        String prefix = header(request, "X-API-URL-Prefix")
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

    private static Optional<String> header(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name)).filter(value -> !value.isBlank());
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
        return base + type.versionPath() + "/" + type.type().plural() + "/" + id.replace("/", "%2F");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

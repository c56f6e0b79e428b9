package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.STRING;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** URLs and their parts. */
final class UrlFunctions {

    private static final Type URL = Type.opaque("kubernetes.URL");
    private static final CostRule WALK = CostRule.walk(0, CostRule.CHARACTER);

    private record Url(URI uri) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return URL;
        }

        @Override
        public String toString() {
            return uri.toString();
        }
    }

    private UrlFunctions() {}

    static List<Overload> all() {
        return List.of(
                global("url", URL, a -> parse((String) a[0]), STRING).costing(WALK),
                global("isURL", BOOL, a -> isUrl((String) a[0]), STRING).costing(WALK),
                member("getScheme", STRING, a -> orEmpty(uri(a[0]).getScheme()), URL),
                member("getHost", STRING, a -> host(uri(a[0])), URL),
                member("getHostname", STRING, a -> hostname(uri(a[0])), URL),
                member(
                        "getPort",
                        STRING,
                        a -> uri(a[0]).getPort() < 0 ? "" : "" + uri(a[0]).getPort(),
                        URL),
                member("getEscapedPath", STRING, a -> orEmpty(uri(a[0]).getRawPath()), URL),
                member(
                        "getQuery",
                        Type.map(STRING, Type.list(STRING)),
                        a -> query(uri(a[0]).getRawQuery()),
                        URL));
    }

    private static URI uri(Object url) {
        return ((Url) url).uri();
    }

    private static String orEmpty(String part) {
        return part == null ? "" : part;
    }

    private static Url parse(String text) {
        try {
            URI uri = new URI(text);
            if (uri.isAbsolute() || text.startsWith("/")) {
                return new Url(uri);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new CelFailure(
                "URL parse error during conversion from string: parse \"" + text + "\": invalid URI for request");
    }

    private static boolean isUrl(String text) {
        try {
            parse(text);
            return true;
        } catch (CelFailure e) {
            return false;
        }
    }

    private static String hostname(URI uri) {
        String host = orEmpty(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String host(URI uri) {
        return orEmpty(uri.getHost()) + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static Map<Object, Object> query(String query) {
        Map<String, List<Object>> values = new LinkedHashMap<>();
        for (String pair : orEmpty(query).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                values.computeIfAbsent(decode(parts[0]), k -> new ArrayList<>())
                        .add(parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return new LinkedHashMap<>(values);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}

package io.drover.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.auth.Caller;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * The one door for headers. Towards a cluster go those that Kubernetes' API knows, and exactly one identity, which is ours to say.
 * Towards an application behind the API server's own proxy go all but those that carry credentials, identities or framing.
 */
final class Headers {

    private static final String IMPERSONATE_USER = "Impersonate-User";
    private static final String IMPERSONATE_GROUP = "Impersonate-Group";
    private static final String IMPERSONATE_EXTRA = "Impersonate-Extra-";

    private static final Set<String> KUBERNETES = Set.of(
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "content-encoding",
            "content-language",
            "content-type",
            "date",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "kubectl-command",
            "kubectl-session",
            "pragma",
            "prefer",
            "range",
            "traceparent",
            "tracestate",
            "user-agent",
            "x-stream-protocol-version");

    private static final Set<String> WEB_SOCKET =
            Set.of("sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version");

    /** Never sent on, not even to an application. */
    private static final Set<String> OURS = Set.of(
            "audit-id",
            "authorization",
            "cookie",
            "cookie2",
            "content-length",
            "expect",
            "forwarded",
            "host",
            "http2-settings",
            "via",
            "x-real-ip");

    private static final List<String> OURS_BY_PREFIX =
            List.of("impersonate-", "x-remote-", "x-forwarded-", "x-api-", "sec-websocket-", ":");

    private static final Set<HttpHeader> HOP_BY_HOP = EnumSet.of(
            HttpHeader.CONNECTION,
            HttpHeader.KEEP_ALIVE,
            HttpHeader.PROXY_AUTHENTICATE,
            HttpHeader.PROXY_AUTHORIZATION,
            HttpHeader.PROXY_CONNECTION,
            HttpHeader.TE,
            HttpHeader.TRAILER,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.UPGRADE);

    /** What a cluster may not say to a browser in our name. */
    private static final Set<String> NOT_FROM_CLUSTERS = Set.of(
            "alt-svc",
            "audit-id",
            "clear-site-data",
            "content-security-policy",
            "public-key-pins",
            "refresh",
            "service-worker-allowed",
            "set-cookie",
            "set-cookie2",
            "strict-transport-security",
            "www-authenticate",
            "x-api-cattle-auth",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy");

    private Headers() {}

    /** @param toApplication whether the path leads through the API server to a service, pod or node */
    static void copy(HttpFields from, HttpFields.Mutable to, boolean toApplication, boolean webSocket) {
        Set<String> named = namedByConnection(from);
        for (HttpField field : from) {
            String name = field.getLowerCaseName();
            boolean passes = KUBERNETES.contains(name)
                    || webSocket && WEB_SOCKET.contains(name)
                    || toApplication && passesToApplication(field, name);
            if (passes && !named.contains(name)) {
                to.add(field);
            }
        }
    }

    /** Says who calls. Nothing of the kind may have been copied before. */
    static void identify(HttpFields.Mutable to, Caller caller) {
        to.add(IMPERSONATE_USER, wire(caller.userId()));
        for (String group : caller.groups()) {
            to.add(IMPERSONATE_GROUP, wire(group));
        }
        caller.extra().forEach((key, values) -> {
            String name = IMPERSONATE_EXTRA + escape(key);
            values.forEach(value -> to.add(name, wire(value)));
        });
    }

    /** Says where the request came from, whatever its sender said of that. */
    static void forwarded(Request request, HttpFields.Mutable to) {
        to.add(HttpHeader.X_FORWARDED_FOR, Request.getRemoteAddr(request));
        to.add(HttpHeader.X_FORWARDED_PROTO, "https");
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (host != null) {
            to.add(HttpHeader.X_FORWARDED_HOST, host);
        }
    }

    static void copyResponse(HttpFields from, HttpFields.Mutable to) {
        Set<String> named = namedByConnection(from);
        for (HttpField field : from) {
            String name = field.getLowerCaseName();
            if (!HOP_BY_HOP.contains(field.getHeader())
                    && !NOT_FROM_CLUSTERS.contains(name)
                    && !name.startsWith("access-control-")
                    && !named.contains(name)) {
                to.add(field);
            }
        }
    }

    /** Copies what belongs to a 101, the protocol chosen among it. */
    static void copyUpgrade(HttpFields from, HttpFields.Mutable to) {
        copyResponse(from, to);
        to.remove(HttpHeader.CONTENT_LENGTH);
        String protocol = from.get(HttpHeader.UPGRADE);
        if (protocol != null) {
            to.put(HttpHeader.UPGRADE, protocol);
        }
        to.put(HttpHeader.CONNECTION, "Upgrade");
    }

    private static boolean passesToApplication(HttpField field, String name) {
        return !HOP_BY_HOP.contains(field.getHeader())
                && !OURS.contains(name)
                && OURS_BY_PREFIX.stream().noneMatch(name::startsWith);
    }

    private static Set<String> namedByConnection(HttpFields from) {
        if (!from.contains(HttpHeader.CONNECTION)) {
            return Set.of();
        }
        List<String> names = from.getCSV(HttpHeader.CONNECTION, false);
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    /** Kubernetes reads UTF-8; Jetty writes one byte a character. */
    private static String wire(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return new String(value.getBytes(UTF_8), ISO_8859_1);
            }
        }
        return value;
    }

    /** Percent-encodes what a header's name can't hold; the API server decodes it. */
    private static String escape(String key) {
        StringBuilder escaped = null;
        byte[] bytes = key.getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_';
            if (!plain && escaped == null) {
                escaped = new StringBuilder(key.length() + 8).append(new String(bytes, 0, i, UTF_8));
            }
            if (escaped != null) {
                if (plain) {
                    escaped.append(c);
                } else {
                    escaped.append(String.format("%%%02X", (int) c));
                }
            }
        }
        return escaped == null ? key : escaped.toString();
    }
}

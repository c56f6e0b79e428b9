package io.drover.auth;

import io.drover.api.auth.Callers.RequestHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Whether a browser sent a request on behalf of another site. A browser adds the cookie to whatever any site makes it send; it also says
 * which site that was.
 */
final class Origins {

    private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");

    /** A query may say that another method is meant, also in a way that is not plain to see. */
    private static final Pattern METHOD_MEANT = Pattern.compile("(?i)(^|&)(_|%5f)(m|%6d)[^&=]*=");

    private Origins() {}

    /**
     * @param byCookie whether the caller's identity came with the cookie
     * @param serverHost host and port of the setting {@code server-url}; empty when unset
     */
    static boolean isForeign(RequestHead request, boolean byCookie, Supplier<String> serverHost) {
        boolean upgrade = all(request, "Connection").toLowerCase(Locale.ROOT).contains("upgrade");
        if (!upgrade && (!byCookie || isHarmless(request))) {
            return false;
        }
        boolean browser = all(request, "User-Agent").toLowerCase(Locale.ROOT).contains("mozilla");
        if (upgrade && !byCookie && !browser) {
            return false;
        }
        List<String> origins = values(request, "Origin");
        if (origins.isEmpty()) {
            return browser && (upgrade || !isOfThisSite(all(request, "Sec-Fetch-Site")));
        }
        return origins.size() > 1 || !isOurs(origins.get(0), all(request, "Host"), serverHost.get());
    }

    private static boolean isHarmless(RequestHead request) {
        return HARMLESS.contains(request.method())
                && !METHOD_MEANT.matcher(request.query()).find();
    }

    /** Browsers that leave out the origin of a request to their own site may say this instead; old ones say nothing. */
    private static boolean isOfThisSite(String fetchSite) {
        return fetchSite.isEmpty() || fetchSite.equals("same-origin") || fetchSite.equals("none");
    }

    private static boolean isOurs(String origin, String host, String serverHost) {
        try {
            URI uri = new URI(origin);
            String from = withoutDefaultPort(uri.getRawAuthority());
            return "https".equalsIgnoreCase(uri.getScheme())
                    && !from.isEmpty()
                    && (from.equals(withoutDefaultPort(host)) || from.equals(withoutDefaultPort(serverHost)));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String withoutDefaultPort(String authority) {
        return authority == null ? "" : authority.toLowerCase(Locale.ROOT).replaceFirst(":443$", "");
    }

    private static String all(RequestHead request, String header) {
        return String.join(",", values(request, header));
    }

    private static List<String> values(RequestHead request, String header) {
        List<String> values = request.headers().apply(header);
        return values == null
                ? List.of()
                : values.stream().filter(v -> v != null).toList();
    }
}

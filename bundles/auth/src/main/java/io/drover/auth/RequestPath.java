package io.drover.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which cluster a request's path is about. */
final class RequestPath {

    private static final Pattern CLUSTER =
            Pattern.compile("/(?:k8s/(?:clusters|proxy)|v3/clusters?)/([a-z0-9][a-z0-9-]*)(?:/.*)?", Pattern.DOTALL);

    private RequestPath() {}

    /** @return empty for a path of no cluster, and for one that could be read as another's */
    static Optional<String> cluster(String rawPath) {
        if (rawPath == null) {
            return Optional.empty();
        }
        Matcher matcher = CLUSTER.matcher(rawPath);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (String segment : rawPath.toLowerCase(Locale.ROOT)
                .replace('\\', '/')
                .replace("%5c", "/")
                .replace("%2f", "/")
                .split("/")) {
            String plain = segment.replace("%2e", ".");
            if (plain.equals("..") || plain.equals(".") || plain.startsWith("..;")) {
                return Optional.empty();
            }
        }
        return Optional.of(matcher.group(1));
    }
}

package io.drover.gateway.http;

import java.util.Locale;
import java.util.Optional;

/**
 * A request's path beneath {@code /k8s/clusters/{id}} or {@code /k8s/proxy/{id}}.
 *
 * @param prefix what was cut off
 * @param path raw, as it came, beginning with a slash
 */
public record ClusterPath(String clusterId, String prefix, String path) {

    private static final String CLUSTERS = "/k8s/clusters/";
    private static final String PROXY = "/k8s/proxy/";
    private static final int MAX_ID = 63;

    /**
     * Reads a raw path. Empty unless the prefix is spelled plainly and the rest can mean one thing only: a path with dot segments,
     * control characters or backslashes, encoded or not, is read differently by different servers.
     */
    public static Optional<ClusterPath> parse(String raw) {
        String start = raw.startsWith(CLUSTERS) ? CLUSTERS : raw.startsWith(PROXY) ? PROXY : null;
        if (start == null) {
            return Optional.empty();
        }
        int end = raw.indexOf('/', start.length());
        end = end < 0 ? raw.length() : end;
        String id = raw.substring(start.length(), end);
        int first = end; // "//api" would be read as a host's name by some
        while (raw.startsWith("//", first)) {
            first++;
        }
        String path = end == raw.length() ? "/" : raw.substring(first);
        return isId(id) && isPlain(path)
                ? Optional.of(new ClusterPath(id, raw.substring(0, end), path))
                : Optional.empty();
    }

    private static boolean isId(String id) {
        if (id.isEmpty() || id.length() > MAX_ID) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(String path) {
        boolean suspicious = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '\\' || c == ';' && isParameterOfDots(path, i)) {
                return false;
            }
            suspicious |= c == '%' || c == '.';
        }
        return !suspicious || isPlainDecoded(path);
    }

    /** {@code /..;x/} is a dot segment to servers that strip path parameters. */
    private static boolean isParameterOfDots(String path, int semicolon) {
        int slash = path.lastIndexOf('/', semicolon);
        return isDots(path.substring(slash + 1, semicolon));
    }

    private static boolean isPlainDecoded(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        for (int i = lower.indexOf('%'); i >= 0; i = lower.indexOf('%', i + 1)) {
            if (i + 2 >= lower.length()) {
                return false;
            }
            int high = Character.digit(lower.charAt(i + 1), 16);
            int low = Character.digit(lower.charAt(i + 2), 16);
            int value = high * 16 + low;
            if (high < 0 || low < 0 || value < ' ' || value == 0x7f || value == '\\') {
                return false;
            }
        }
        for (String segment : lower.split("/|%2f")) {
            if (isDots(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(String segment) {
        String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
        return plain.equals(".") || plain.equals("..");
    }
}

package io.drover.gateway.listener;

import io.drover.api.auth.PublicPaths;
import java.util.Collection;

/** Which requests need no identity, as the bundles that serve them have declared. */
public final class PublicRoutes {

    private PublicRoutes() {}

    /** @param path canonical: without dot segments, parameters and needless encoding */
    public static boolean contain(Collection<PublicPaths> declared, String method, String path) {
        return path != null
                && declared.stream()
                        .flatMap(paths -> paths.patterns().stream())
                        .anyMatch(pattern -> matches(pattern, method, path));
    }

    private static boolean matches(String pattern, String method, String path) {
        int space = pattern.indexOf(' ');
        if (space < 0) {
            return false;
        }
        String methods = pattern.substring(0, space);
        if (!methods.equals("*") && !methods.equals(method)) {
            return false;
        }
        String paths = pattern.substring(space + 1).strip();
        return paths.endsWith("*") ? path.startsWith(paths.substring(0, paths.length() - 1)) : path.equals(paths);
    }
}

package io.drover.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request is about, as its method and path tell; fields as in {@link io.drover.api.audit.AuditRecord}, empty for what is not told.
 */
record Target(
        String entrance,
        String verb,
        String group,
        String resource,
        String subresource,
        String name,
        String cluster,
        String namespace) {

    private static final Set<String> CONNECTIONS = Set.of("exec", "attach", "portforward", "proxy");
    private static final Set<String> OF_NAMESPACES = Set.of("status", "finalize");

    static Target of(String method, String path, String query) {
        List<String> segments = Arrays.stream(path.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(Target::decoded)
                .toList();
        String first = at(segments, 0);
        if (first.equals("k8s") && segments.size() > 2) {
            return kubernetes(method, segments.get(2), segments.subList(3, segments.size()), query);
        }
        return switch (first) {
            case "v3" -> management(method, segments, query);
            case "v3-public" -> new Target(
                    "v3-public",
                    parameter(query, "action")
                            .orElseGet(() -> verb(method, !at(segments, 2).isEmpty())),
                    "",
                    at(segments, 1),
                    "",
                    at(segments, 2),
                    "",
                    "");
            default -> new Target("other", method.toLowerCase(Locale.ROOT), "", "", "", "", "", "");
        };
    }

    private static Target kubernetes(String method, String cluster, List<String> path, String query) {
        String entrance = cluster.equals("local") ? "plane" : "cluster";
        int root = at(path, 0).equals("api") ? 2 : at(path, 0).equals("apis") ? 3 : Integer.MAX_VALUE;
        if (path.size() <= root) {
            return new Target(entrance, method.toLowerCase(Locale.ROOT), "", "", "", "", cluster, "");
        }
        String group = root == 3 ? path.get(1) : "";
        List<String> rest = path.subList(root, path.size());
        boolean watches = isTrue(query, "watch");
        if (rest.get(0).equals("watch")) {
            watches = true;
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (at(rest, 0).equals("namespaces") && rest.size() > 2 && !OF_NAMESPACES.contains(rest.get(2))) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String name = at(rest, 1);
        String subresource = at(rest, 2);
        String verb = verb(method, !name.isEmpty());
        if (CONNECTIONS.contains(subresource)) {
            verb = "connect";
        } else if (verb.equals("delete") && name.isEmpty()) {
            verb = "deletecollection";
        } else if (watches && (verb.equals("list") || verb.equals("get"))) {
            verb = "watch";
        }
        return new Target(entrance, verb, group, at(rest, 0), subresource, name, cluster, namespace);
    }

    private static Target management(String method, List<String> path, String query) {
        String type = at(path, 1).toLowerCase(Locale.ROOT);
        String name = at(path, 2);
        if (type.equals("connect")) {
            return new Target("agent", "connect", "", "", "", "", "", "");
        }
        if (type.equals("import")) {
            String file = name.replaceFirst("[.]yaml$", "");
            String cluster = file.substring(file.indexOf('_') + 1);
            return new Target("import", "get", "", "clusters", "", "", cluster.length() > 63 ? "" : cluster, "");
        }
        String meant = parameter(query, "_method").orElse(method);
        Optional<String> action = parameter(query, "action").filter(said -> meant.equals("POST"));
        String cluster = "";
        boolean inCluster = type.equals("clusters") || type.equals("cluster");
        if (inCluster || name.contains(":")) {
            cluster = name.replaceFirst(":.*$", "");
        }
        if (inCluster && path.size() > 3) {
            type = at(path, 3).toLowerCase(Locale.ROOT);
            name = at(path, 4);
        }
        boolean named = !name.isEmpty();
        String verb =
                action.map(said -> said.equals("remove") ? "delete" : said).orElseGet(() -> verb(meant, named));
        return new Target("v3", verb, "", type, "", name, cluster, "");
    }

    private static String verb(String method, boolean named) {
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "GET", "HEAD" -> named ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    private static boolean isTrue(String query, String name) {
        return parameter(query, name)
                .filter(value -> value.equals("true") || value.equals("1"))
                .isPresent();
    }

    private static Optional<String> parameter(String query, String name) {
        return Arrays.stream(query.split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> decoded(pair.substring(name.length() + 1)))
                .filter(value -> !value.isEmpty() && value.length() <= 64)
                .findFirst();
    }

    private static String at(List<String> segments, int index) {
        return index < segments.size() ? segments.get(index) : "";
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}

package io.drover.gateway.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.auth.Question;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a request to a Kubernetes API asks for, read from its method, path and query as an API server reads them. */
final class KubernetesRequest {

    private static final Set<String> OF_NAMESPACE_ITSELF = Set.of("status", "finalize");
    private static final Set<String> BEFORE_RESOURCES = Set.of("watch", "proxy");
    private static final String ONE_NAME = "metadata.name=";

    private KubernetesRequest() {}

    /**
     * Empty if it asks for no resource, as discovery does, in one of the ways of old that nobody uses, or in a path that may be read in
     * two ways: API servers look for slashes when all is decoded.
     */
    static Optional<Question> question(String method, String path, String query) {
        boolean ambiguous = path.contains("//") || path.toLowerCase(Locale.ROOT).contains("%2f");
        List<String> segments = ambiguous ? List.of() : segments(path);
        if (segments.size() < 3) {
            return Optional.empty();
        }
        boolean core = segments.get(0).equals("api");
        if (!core && !segments.get(0).equals("apis")) {
            return Optional.empty();
        }
        String group = core ? "" : segments.get(1);
        List<String> rest = segments.subList(core ? 2 : 3, segments.size());
        if (rest.isEmpty() || BEFORE_RESOURCES.contains(rest.get(0))) {
            return Optional.empty();
        }
        boolean inNamespace =
                rest.get(0).equals("namespaces") && rest.size() > 2 && !OF_NAMESPACE_ITSELF.contains(rest.get(2));
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> what = inNamespace ? rest.subList(2, rest.size()) : rest;
        String resource = what.size() > 2 ? what.get(0) + "/" + what.get(2) : what.get(0);
        String name = what.size() > 1 ? what.get(1) : "";
        String verb = verb(method, name, query);
        return Optional.of(
                new Question(verb, group, resource, namespace, name.isEmpty() ? selectedName(verb, query) : name));
    }

    private static String verb(String method, String name, String query) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> isWatch(query) ? "watch" : name.isEmpty() ? "list" : "get";
        };
    }

    private static boolean isWatch(String query) {
        return parameter(query, "watch")
                .filter(value -> !value.equals("false") && !value.equals("0"))
                .isPresent();
    }

    /** A list or watch of one object by its name asks for no more than that one. */
    private static String selectedName(String verb, String query) {
        return verb.equals("list") || verb.equals("watch")
                ? parameter(query, "fieldSelector")
                        .filter(selector -> selector.startsWith(ONE_NAME) && selector.indexOf(',') < 0)
                        .map(selector -> selector.substring(ONE_NAME.length()))
                        .orElse("")
                : "";
    }

    private static Optional<String> parameter(String query, String name) {
        for (String pair : query.split("&")) {
            if (pair.equals(name) || pair.startsWith(name + "=")) {
                return Optional.of(decoded(pair.substring(Math.min(pair.length(), name.length() + 1))));
            }
        }
        return Optional.empty();
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(decoded(segment.replace("+", "%2B")));
            }
        }
        return segments;
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : URLDecoder.decode(text, UTF_8);
    }
}

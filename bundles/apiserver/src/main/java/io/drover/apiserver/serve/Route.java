package io.drover.apiserver.serve;

import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Author;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which object or collection a path leads to.
 *
 * @param namespace empty for cluster scope and for all namespaces
 * @param name empty for a collection
 * @param subresource empty for the object itself
 * @param oldWatch whether the path itself, rather than a parameter, asks for a watch
 */
record Route(ResourceType type, String namespace, String name, String subresource, boolean oldWatch) {

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize", "history");

    Route(ResourceType type, String namespace, String name, String subresource) {
        this(type, namespace, name, subresource, false);
    }

    /** Empty when the path is none of a resource's. */
    static Optional<Route> of(Request request, Kinds kinds) {
        List<String> path = request.segments();
        if (path.isEmpty() || path.size() < (path.get(0).equals("api") ? 3 : 4)) {
            return Optional.empty();
        }
        String groupVersion;
        List<String> rest;
        boolean oldWatch = false;
        if (path.get(0).equals("api")) {
            groupVersion = path.get(1);
            rest = path.subList(2, path.size());
        } else if (path.get(0).equals("apis")) {
            groupVersion = path.get(1) + "/" + path.get(2);
            rest = path.subList(3, path.size());
        } else {
            return Optional.empty();
        }
        if (rest.get(0).equals("watch") && rest.size() > 1) {
            rest = rest.subList(1, rest.size());
            oldWatch = true;
        }
        boolean inNamespace = rest.size() >= 3
                && rest.get(0).equals("namespaces")
                && !(rest.size() == 3 && groupVersion.equals("v1") && NAMESPACE_SUBRESOURCES.contains(rest.get(2)));
        String namespace = inNamespace ? rest.get(1) : "";
        if (inNamespace) {
            rest = rest.subList(2, rest.size());
        }
        if (rest.size() > 3) {
            throw Refusal.noSuchPath();
        }
        if (kinds.in(groupVersion).isEmpty()) {
            return Optional.empty();
        }
        Optional<ResourceType> found = kinds.find(groupVersion, rest.get(0));
        if (found.isEmpty() && kinds.in(groupVersion).iterator().next().custom()) {
            return Optional.empty();
        }
        ResourceType type = found.orElseThrow(Refusal::noSuchPath);
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        if (inNamespace && !type.namespaced() || (!name.isEmpty() && type.namespaced() && !inNamespace)) {
            throw Refusal.noSuchPath();
        }
        return Optional.of(new Route(type, namespace, name, subresource, oldWatch));
    }

    /** Objects of all namespaces are not deleted together. */
    private String deleteCollection() {
        return type.namespaced() && namespace.isEmpty() ? "" : "deletecollection";
    }

    String key() {
        return type.key(namespace, name);
    }

    String resourceWithSubresource() {
        return subresource.isEmpty() ? type.plural() : type.plural() + "/" + subresource;
    }

    /** As whose doing history tells what the request changes. */
    Author author(Request request) {
        String verb =
                switch (request.method()) {
                    case "POST" -> "create";
                    case "PUT" -> "update";
                    case "DELETE" -> "delete";
                    default -> request.contentType().startsWith("application/apply-patch") ? "apply" : "patch";
                };
        return new Author(
                request.caller().userId(),
                request.remoteAddress(),
                subresource.isEmpty() ? verb : verb + " " + subresource);
    }

    /** A new token of a service account. */
    boolean isTokenRequest() {
        return subresource.equals("token") && type.equals(BuiltIns.SERVICE_ACCOUNTS);
    }

    /** As which verb a method is authorised; 405 if the type has none for it. */
    String verb(Request request) {
        boolean collection = name.isEmpty();
        if (oldWatch && request.method().equals("GET") && type.verbs().contains("watch")) {
            return "watch";
        }
        String verb =
                switch (request.method()) {
                    case "GET" -> collection ? (request.flag("watch") ? "watch" : "list") : "get";
                    case "POST" -> collection || isTokenRequest() ? "create" : "";
                    case "PUT" -> collection ? "" : "update";
                    case "PATCH" -> collection ? "" : "patch";
                    case "DELETE" -> collection ? deleteCollection() : subresource.isEmpty() ? "delete" : "";
                    default -> "";
                };
        if (!type.verbs().contains(verb)) {
            throw Refusal.methodNotAllowed(request.method());
        }
        return verb;
    }
}

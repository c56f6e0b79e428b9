package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is served: groups, their versions and resources, plain and aggregated. */
final class Discovery {

    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final Kinds kinds;

    Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /** Answers {@code /api} and {@code /apis} and what is right below them. */
    Answer answer(Request request) {
        List<String> path = request.segments();
        boolean core = path.get(0).equals("api");
        if (!core && path.size() > 1 && !groupVersions().containsKey(path.get(1))) {
            return ApiServer.noPage();
        }
        if (path.size() == 1) {
            return wantsAggregated(request) ? aggregated(core) : core ? versions() : groups();
        }
        if (!core && path.size() == 2) {
            return Answer.of(
                    200,
                    Answer.JSON,
                    Json.bytes(group(path.get(1)).put("kind", "APIGroup").put("apiVersion", "v1")));
        }
        if (path.size() == (core ? 2 : 3)) {
            return resources(core ? path.get(1) : path.get(1) + "/" + path.get(2));
        }
        throw Refusal.noSuchPath();
    }

    private static boolean wantsAggregated(Request request) {
        for (String wish : request.header("accept").split(",")) {
            String compact = wish.replace(" ", "");
            if (compact.startsWith("application/json") && compact.contains("as=APIGroupDiscoveryList")) {
                return compact.contains("v=v2;") || compact.endsWith("v=v2");
            }
            if (compact.equals("application/json")) {
                return false;
            }
        }
        return false;
    }

    private static Answer versions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", "");
        return Answer.of(200, Answer.JSON, Json.bytes(versions));
    }

    private Map<String, List<String>> groupVersions() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String groupVersion : kinds.groupVersions()) {
            int slash = groupVersion.indexOf('/');
            if (slash > 0) {
                groups.computeIfAbsent(groupVersion.substring(0, slash), g -> new ArrayList<>())
                        .add(groupVersion.substring(slash + 1));
            }
        }
        return groups;
    }

    private Answer groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groupVersions().keySet().forEach(g -> groups.add(group(g)));
        return Answer.of(200, Answer.JSON, Json.bytes(list));
    }

    private ObjectNode group(String name) {
        List<String> versions = groupVersions().get(name);
        if (versions == null) {
            throw Refusal.noSuchPath();
        }
        ObjectNode group = Json.object().put("name", name);
        ArrayNode array = group.putArray("versions");
        versions.forEach(
                v -> array.addObject().put("groupVersion", name + "/" + v).put("version", v));
        group.set("preferredVersion", array.get(0));
        return group;
    }

    private Answer resources(String groupVersion) {
        Collection<ResourceType> types = kinds.in(groupVersion);
        if (types.isEmpty()) {
            throw Refusal.noSuchPath();
        }
        ObjectNode list = Json.object().put("kind", "APIResourceList");
        if (groupVersion.contains("/")) {
            list.put("apiVersion", "v1");
        }
        list.put("groupVersion", groupVersion);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : types) {
            ObjectNode resource = resources
                    .addObject()
                    .put("name", type.plural())
                    .put("singularName", type.singular())
                    .put("namespaced", type.namespaced())
                    .put("kind", type.kind());
            texts(resource, "verbs", type.verbs());
            if (!type.shortNames().isEmpty()) {
                texts(resource, "shortNames", type.shortNames());
            }
            if (!type.categories().isEmpty()) {
                texts(resource, "categories", type.categories());
            }
            for (Subresource subresource : subresources(type)) {
                ObjectNode below = resources
                        .addObject()
                        .put("name", type.plural() + "/" + subresource.name())
                        .put("singularName", "")
                        .put("namespaced", type.namespaced());
                if (!subresource.group().isEmpty()) {
                    below.put("group", subresource.group()).put("version", "v1");
                }
                below.put("kind", subresource.kind());
                texts(below, "verbs", subresource.verbs());
            }
        }
        return Answer.of(200, Answer.JSON, Json.bytes(list));
    }

    /** @param group whose version 1 the kind belongs to; empty if it is the resource's own kind */
    private record Subresource(String name, String group, String kind, List<String> verbs) {}

    private static List<Subresource> subresources(ResourceType type) {
        List<String> readAndWrite = List.of("get", "patch", "update");
        List<Subresource> all = new ArrayList<>();
        if (type.equals(BuiltIns.NAMESPACES)) {
            all.add(new Subresource("finalize", "", type.kind(), List.of("update")));
        }
        if (type.equals(BuiltIns.SERVICE_ACCOUNTS)) {
            all.add(new Subresource("token", "authentication.k8s.io", "TokenRequest", List.of("create")));
        }
        if (type.scale().isPresent()) {
            all.add(new Subresource("scale", "autoscaling", "Scale", readAndWrite));
        }
        if (type.statusSubresource()) {
            all.add(new Subresource("status", "", type.kind(), readAndWrite));
        }
        return all;
    }

    private Answer aggregated(boolean core) {
        ObjectNode list =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        if (core) {
            ObjectNode item = items.addObject();
            item.putObject("metadata");
            aggregatedVersion(item.putArray("versions"), "v1", "v1");
        } else {
            groupVersions().forEach((group, versions) -> {
                ObjectNode item = items.addObject();
                item.putObject("metadata").put("name", group);
                ArrayNode array = item.putArray("versions");
                versions.forEach(v -> aggregatedVersion(array, v, group + "/" + v));
            });
        }
        byte[] body = Json.bytes(list);
        Map<String, String> headers = Map.of(
                "content-type",
                AGGREGATED,
                "content-length",
                Integer.toString(body.length),
                "cache-control",
                "public",
                "vary",
                "Accept");
        return new Answer(200, headers, List.of(ByteBuffer.wrap(body)).iterator());
    }

    private void aggregatedVersion(ArrayNode versions, String version, String groupVersion) {
        ObjectNode item = versions.addObject().put("version", version);
        ArrayNode resources = item.putArray("resources");
        for (ResourceType type : kinds.in(groupVersion)) {
            ObjectNode resource = resources.addObject().put("resource", type.plural());
            responseKind(resource, type);
            resource.put("scope", type.namespaced() ? "Namespaced" : "Cluster")
                    .put("singularResource", type.singular());
            texts(resource, "verbs", type.verbs());
            if (!type.shortNames().isEmpty()) {
                texts(resource, "shortNames", type.shortNames());
            }
            if (!type.categories().isEmpty()) {
                texts(resource, "categories", type.categories());
            }
            for (Subresource subresource : subresources(type)) {
                ObjectNode below =
                        resource.withArray("subresources").addObject().put("subresource", subresource.name());
                if (subresource.group().isEmpty()) {
                    responseKind(below, type);
                } else {
                    below.putObject("responseKind")
                            .put("group", subresource.group())
                            .put("version", "v1")
                            .put("kind", subresource.kind());
                }
                texts(below, "verbs", subresource.verbs());
            }
        }
        item.put("freshness", "Current");
    }

    /** Group and version are left out where they are those of the list, as they are for built-in kinds. */
    private static void responseKind(ObjectNode resource, ResourceType type) {
        resource.putObject("responseKind")
                .put("group", type.custom() ? type.group() : "")
                .put("version", type.custom() ? type.version() : "")
                .put("kind", type.kind());
    }

    private static void texts(ObjectNode object, String field, List<String> texts) {
        ArrayNode array = object.putArray(field);
        texts.forEach(array::add);
    }
}

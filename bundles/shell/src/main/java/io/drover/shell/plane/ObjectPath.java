package io.drover.shell.plane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the API has an object that a user names as {@code kubectl} users do: by resource, namespace and name. */
final class ObjectPath {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String collection;
    private final String name;

    private ObjectPath(KubernetesClient client, String collection, String name) {
        this.client = client;
        this.collection = collection;
        this.name = name;
    }

    /**
     * @param resource such as {@code configmaps}, {@code cm}, {@code clusters.management.cattle.io}
     * @param namespace counts for resources that have one
     */
    static ObjectPath of(KubernetesClient client, String resource, String namespace, String name) {
        Stream<String> versions = Stream.concat(
                Stream.of("v1"), client.getApiGroups().getGroups().stream().map(group -> group.getPreferredVersion()
                        .getGroupVersion()));
        return versions.map(version -> found(client, version, resource, namespace, name))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> DroverException.notFound("There is no resource " + resource));
    }

    private static Optional<ObjectPath> found(
            KubernetesClient client, String version, String resource, String namespace, String name) {
        APIResourceList all = client.getApiResources(version);
        String root = version.contains("/") ? "/apis/" + version : "/api/" + version;
        return (all == null ? List.<APIResource>of() : all.getResources())
                .stream()
                        .filter(one -> !one.getName().contains("/") && isNamed(one, version, resource))
                        .findFirst()
                        .map(one -> Boolean.TRUE.equals(one.getNamespaced())
                                ? root + "/namespaces/" + encoded(namespace) + "/" + one.getName()
                                : root + "/" + one.getName())
                        .map(collection -> new ObjectPath(client, collection, name));
    }

    private static boolean isNamed(APIResource resource, String version, String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
        return wanted.equals(resource.getName())
                || wanted.equals(resource.getName() + "." + group)
                || wanted.equals(resource.getSingularName())
                || wanted.equals(resource.getKind().toLowerCase(Locale.ROOT))
                || (resource.getShortNames() != null && resource.getShortNames().contains(wanted));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param rest what comes behind the object's path, query included */
    JsonNode get(String rest) {
        return ask("GET", collection + "/" + encoded(name) + rest, null);
    }

    Optional<JsonNode> current() {
        try {
            return Optional.of(get(""));
        } catch (DroverException e) {
            if (e.fault() == Fault.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    JsonNode create(JsonNode object, String query) {
        return ask("POST", collection + query, object);
    }

    JsonNode replace(JsonNode object, String query) {
        return ask("PUT", collection + "/" + encoded(name) + query, object);
    }

    private JsonNode ask(String method, String path, JsonNode body) {
        try {
            return JSON.readTree(client.raw(path, method, body == null ? null : body.toString()));
        } catch (KubernetesClientException e) {
            String message =
                    e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
            Fault fault =
                    switch (e.getCode()) {
                        case 404 -> Fault.NOT_FOUND;
                        case 409 -> Fault.CONFLICT;
                        case 0, 500, 503, 504, 507 -> Fault.UNAVAILABLE;
                        default -> Fault.REJECTED;
                    };
            throw new DroverException(fault, message, e);
        } catch (JsonProcessingException e) {
            throw new DroverException(Fault.INTERNAL, "The answer is no JSON", e);
        }
    }
}

package io.drover.apiserver.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.apiserver.KindInstaller;
import io.drover.apiserver.client.ClientFailures;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One side of the move: the objects as JSON, whole, whatever is in them. */
final class Plane {

    static final String FIELD_MANAGER = "drover";

    private static final int PAGE = 500;
    private static final int ESTABLISHED_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final KubernetesClient client;

    /** @param name as people call it: where it is */
    Plane(String name, KubernetesClient client) {
        this.name = name;
        this.client = client;
    }

    KubernetesClient client() {
        return client;
    }

    /** Whether the kind is served here. */
    boolean serves(Type type) {
        return ask("GET", type.path("") + "?limit=1", null).isPresent();
    }

    void each(Type type, Consumer<ObjectNode> object) {
        String more = "";
        do {
            String path = type.path("") + "?limit=" + PAGE
                    + (more.isEmpty() ? "" : "&continue=" + URLEncoder.encode(more, StandardCharsets.UTF_8));
            Optional<ObjectNode> page = ask("GET", path, null);
            if (page.isEmpty()) {
                return;
            }
            for (JsonNode item : page.get().path("items")) {
                ObjectNode whole = (ObjectNode) item;
                whole.put("apiVersion", type.group().isEmpty() ? type.version() : type.group() + "/" + type.version());
                whole.put("kind", type.kind());
                object.accept(whole);
            }
            more = page.get().path("metadata").path("continue").asText("");
        } while (!more.isEmpty());
    }

    Optional<ObjectNode> get(Type type, ObjectKey key) {
        return ask("GET", type.path(key.namespace()) + "/" + key.name(), null);
    }

    ObjectNode create(Type type, ObjectKey key, ObjectNode object) {
        return ask("POST", type.path(key.namespace()) + "?fieldManager=" + FIELD_MANAGER, object)
                .orElseThrow(() -> DroverException.rejected(name + " does not take " + type + " " + key));
    }

    void writeStatus(Type type, ObjectKey key, ObjectNode object) {
        ask("PUT", type.path(key.namespace()) + "/" + key.name() + "/status?fieldManager=" + FIELD_MANAGER, object);
    }

    void delete(Type type, ObjectKey key) {
        ask("DELETE", type.path(key.namespace()) + "/" + key.name(), null);
    }

    /** Returns once the kind that it brings is served. */
    void define(ObjectNode definition) {
        ClientFailures.translated(() -> {
            CustomResourceDefinition wanted = client.getKubernetesSerialization()
                    .unmarshal(definition.toString(), CustomResourceDefinition.class);
            return client.resource(wanted)
                    .fieldManager(FIELD_MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        });
        ClientFailures.translated(() -> client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(definition.path("metadata").path("name").asText())
                .waitUntilCondition(KindInstaller::isEstablished, ESTABLISHED_SECONDS, TimeUnit.SECONDS));
    }

    /** Empty where there is nothing. */
    private Optional<ObjectNode> ask(String method, String path, ObjectNode body) {
        return ClientFailures.translated(() -> {
            try {
                String answer = client.raw(path, method, body);
                return answer == null || answer.isEmpty()
                        ? Optional.empty()
                        : Optional.of((ObjectNode) JSON.readTree(answer));
            } catch (KubernetesClientException e) {
                if (e.getCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            } catch (JsonProcessingException e) {
                throw new DroverException(Fault.UNAVAILABLE, name + " answered something that is not JSON", e);
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.drover.apiserver.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.KindDefinition;
import io.drover.api.kind.KindJson;
import io.drover.api.plane.Resource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Map;
import java.util.Optional;

/** Objects of a kind as the client knows them, and as resources. */
final class TypedForm<K extends Record> {

    private static final ObjectMapper METADATA = new ObjectMapper();

    private final Class<K> type;
    private final KindDefinition definition;

    TypedForm(Class<K> type) {
        this.type = type;
        this.definition = KindDefinition.of(type);
    }

    KindDefinition definition() {
        return definition;
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(definition.group())
                .withVersion(definition.version())
                .withKind(definition.kind())
                .withPlural(definition.plural())
                .withNamespaced(definition.namespaced())
                .build();
    }

    Resource<K> read(GenericKubernetesResource object) {
        K value = KindJson.mapper().convertValue(object.getAdditionalProperties(), type);
        return new Resource<>(object.getMetadata(), value);
    }

    GenericKubernetesResource write(Resource<K> resource) {
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(definition.apiVersion());
        object.setKind(definition.kind());
        object.setMetadata(resource.metadata());
        Map<String, Object> fields = KindJson.mapper()
                .convertValue(
                        resource.value(),
                        KindJson.mapper()
                                .getTypeFactory()
                                .constructMapType(java.util.LinkedHashMap.class, String.class, Object.class));
        object.setAdditionalProperties(fields);
        return object;
    }

    ObjectNode json(Resource<K> resource) {
        ObjectNode json = KindJson.mapper().valueToTree(resource.value());
        json.set("metadata", METADATA.valueToTree(resource.metadata()));
        return json;
    }

    /** A merge patch that makes {@code after} of {@code before}; empty if they are the same. */
    static Optional<ObjectNode> difference(ObjectNode before, ObjectNode after) {
        ObjectNode patch = METADATA.createObjectNode();
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                patch.putNull(name);
            }
        });
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            JsonNode old = before.get(field.getKey());
            if (field.getValue() instanceof ObjectNode now && old instanceof ObjectNode was) {
                difference(was, now).ifPresent(inner -> patch.set(field.getKey(), inner));
            } else if (!field.getValue().equals(old)) {
                patch.set(field.getKey(), field.getValue());
            }
        }
        return patch.isEmpty() ? Optional.empty() : Optional.of(patch);
    }
}

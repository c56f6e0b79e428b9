package io.drover.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.KindJson;
import io.drover.api.plane.Resource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Iterator;
import java.util.Map;

/** Objects of a kind as JSON: {@code metadata}, and the record's components beside it. */
final class StoredForm<K extends Record> {

    private static final ObjectMapper JSON = KindJson.mapper();

    private final Class<K> kind;

    StoredForm(Class<K> kind) {
        this.kind = kind;
    }

    ObjectNode write(Resource<K> resource) {
        ObjectNode json = JSON.valueToTree(resource.value());
        json.set("metadata", JSON.valueToTree(resource.metadata()));
        return json;
    }

    Resource<K> read(ObjectNode json) {
        try {
            return new Resource<>(
                    JSON.treeToValue(json.get("metadata"), ObjectMeta.class), JSON.treeToValue(json, kind));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was stored as " + kind.getSimpleName() + " can't be read", e);
        }
    }

    /** {@code stored} with what differs between the two records; fields that the record does not know stay. */
    ObjectNode overlay(ObjectNode stored, Resource<K> before, Resource<K> after) {
        ObjectNode result = stored.deepCopy();
        overlay(result, write(before), write(after));
        return result;
    }

    private static void overlay(ObjectNode target, ObjectNode before, ObjectNode after) {
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                target.remove(name);
            }
        });
        for (Iterator<Map.Entry<String, JsonNode>> fields = after.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode old = before.get(field.getKey());
            if (field.getValue().equals(old)) {
                continue;
            }
            if (field.getValue() instanceof ObjectNode changed
                    && old instanceof ObjectNode was
                    && target.get(field.getKey()) instanceof ObjectNode inner) {
                overlay(inner, was, changed);
            } else {
                target.set(field.getKey(), field.getValue());
            }
        }
    }
}

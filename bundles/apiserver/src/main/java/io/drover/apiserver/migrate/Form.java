package io.drover.apiserver.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object as it is written elsewhere, and as it is compared with what is there. */
final class Form {

    /** Given by each API server anew. */
    private static final List<String> GIVEN =
            List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink");

    private Form() {}

    /** The same object for another API server; owners are those of that server. */
    static ObjectNode moved(Type type, ObjectNode object, Map<String, String> uids) {
        ObjectNode moved = object.deepCopy();
        ObjectNode metadata = moved.withObject("/metadata");
        metadata.remove(GIVEN);
        metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds"));
        if (metadata.get("ownerReferences") instanceof ArrayNode owners) {
            for (Iterator<JsonNode> each = owners.iterator(); each.hasNext(); ) {
                ObjectNode owner = (ObjectNode) each.next();
                String uid = uids.get(owner.path("uid").asText());
                if (uid == null) {
                    each.remove();
                } else {
                    owner.put("uid", uid);
                }
            }
            if (owners.isEmpty()) {
                metadata.remove("ownerReferences");
            }
        }
        if (type.equals(Type.NAMESPACE)) {
            moved.remove(List.of("spec", "status"));
        } else if (!type.custom()) {
            moved.remove("status");
        }
        if (type.plural().equals("serviceaccounts")) {
            moved.remove("secrets");
        }
        return moved;
    }

    /** The uids of its owners. */
    static List<String> owners(ObjectNode object) {
        return object.path("metadata").path("ownerReferences").findValuesAsText("uid");
    }

    static String uid(ObjectNode object) {
        return object.path("metadata").path("uid").asText();
    }

    static boolean isBeingDeleted(ObjectNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /** What is to be written as status apart; empty if nothing is. */
    static Optional<JsonNode> status(Type type, ObjectNode object) {
        JsonNode status = object.get("status");
        return type.status() && status != null && !status.isEmpty() ? Optional.of(status) : Optional.empty();
    }

    /** What has to be the same on both sides, without a status that is written apart. */
    static ObjectNode compared(Type type, ObjectNode object) {
        ObjectNode compared = moved(type, object, Map.of());
        if (type.status()) {
            compared.remove("status");
        }
        ObjectNode metadata = compared.withObject("/metadata");
        metadata.remove("finalizers");
        if (metadata.get("labels") instanceof ObjectNode labels) {
            labels.remove("kubernetes.io/metadata.name");
        }
        for (String field : List.of("labels", "annotations")) {
            if (metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
        return compared;
    }
}

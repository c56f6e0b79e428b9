package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.List;
import java.util.Map;

/** JSON patch and merge patch. */
final class Patching {

    private static final int MAX_OPERATIONS = 10_000;

    private Patching() {}

    static ObjectNode json(ObjectNode object, JsonNode patch) {
        if (!patch.isArray() || patch.size() > MAX_OPERATIONS) {
            throw Refusal.badRequest("a JSON patch is an array of at most " + MAX_OPERATIONS + " operations");
        }
        try {
            if (JsonPatch.apply(patch, object) instanceof ObjectNode patched) {
                return patched;
            }
        } catch (JsonPatchException e) {
            throw Refusal.patchFailed(
                    "the server rejected our request due to an error in our request: " + e.getMessage());
        } catch (RuntimeException e) {
            throw Refusal.badRequest("the JSON patch can't be understood: " + e.getMessage());
        }
        throw Refusal.badRequest("the patched object is no object");
    }

    /** RFC 7386. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result = target instanceof ObjectNode object ? object : Json.object();
        for (Map.Entry<String, JsonNode> change : List.copyOf(changes.properties())) {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), merge(result.get(change.getKey()), change.getValue()));
            }
        }
        return result;
    }
}

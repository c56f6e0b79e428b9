package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** Keys are file names, each in one of the two maps; nothing changes in an immutable one. */
final class ConfigMapRules implements ResourceType.Rules {

    private static final int MAX_BYTES = 1024 * 1024;

    @Override
    public void validate(ObjectNode map, ObjectNode before, List<Cause> causes) {
        long size = 0;
        for (String field : List.of("data", "binaryData")) {
            for (var entry : map.path(field).properties()) {
                SecretRules.checkKey(field, entry.getKey(), causes);
                size += entry.getValue().asText().length();
            }
        }
        map.path("data").fieldNames().forEachRemaining(key -> {
            if (map.path("binaryData").has(key)) {
                causes.add(
                        Cause.invalid("data[" + key + "]", '"' + key + '"', "duplicate of key present in binaryData"));
            }
        });
        if (size > MAX_BYTES) {
            causes.add(new Cause("FieldValueTooLong", "", "Too long: may not be more than " + MAX_BYTES + " bytes"));
        }
        if (before != null) {
            SecretRules.checkImmutable(map, before, List.of("data", "binaryData"), causes);
        }
    }
}

package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** There are no other API servers behind this one. */
final class ApiServiceRules implements ResourceType.Rules {

    @Override
    public void validate(ObjectNode service, ObjectNode before, List<Cause> causes) {
        throw Refusal.forbidden(
                BuiltIns.API_SERVICES,
                service.at("/metadata/name").asText(),
                "the management plane serves all of its API groups itself and hands none on to another API server;"
                        + " bring new kinds as custom resource definitions");
    }
}

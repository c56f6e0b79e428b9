package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** A lease lasts for some time, and its transitions are counted upwards. */
final class LeaseRules implements ResourceType.Rules {

    @Override
    public void validate(ObjectNode lease, ObjectNode before, List<Cause> causes) {
        JsonNode duration = lease.at("/spec/leaseDurationSeconds");
        if (duration.isNumber() && duration.asLong() <= 0) {
            causes.add(Cause.invalid("spec.leaseDurationSeconds", duration.toString(), "must be greater than 0"));
        }
        JsonNode transitions = lease.at("/spec/leaseTransitions");
        if (transitions.isNumber() && transitions.asLong() < 0) {
            causes.add(Cause.invalid(
                    "spec.leaseTransitions", transitions.toString(), "must be greater than or equal to 0"));
        }
    }
}

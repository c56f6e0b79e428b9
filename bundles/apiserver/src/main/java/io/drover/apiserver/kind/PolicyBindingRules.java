package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;

/** Puts a validating admission policy to use: with which parameters, on what, and what comes of a violation. */
final class PolicyBindingRules implements ResourceType.Rules {

    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    @Override
    public void normalise(ObjectNode binding) {
        if (binding.at("/spec/matchResources") instanceof ObjectNode match) {
            PolicyRules.fillMatch(match);
        }
    }

    @Override
    public void validate(ObjectNode binding, ObjectNode before, List<Cause> causes) {
        JsonNode spec = binding.path("spec");
        if (spec.path("policyName").asText("").isEmpty()) {
            causes.add(Cause.required("spec.policyName", ""));
        }
        if (spec.path("validationActions").isEmpty()) {
            causes.add(Cause.required("spec.validationActions", ""));
        }
        int i = 0;
        for (JsonNode action : spec.path("validationActions")) {
            String at = "spec.validationActions[" + i++ + "]";
            if (!ACTIONS.contains(action.asText())) {
                causes.add(Cause.unsupported(at, '"' + action.asText() + '"', ACTIONS));
            }
        }
        JsonNode parameters = spec.path("paramRef");
        if (parameters.isObject()) {
            boolean named = !parameters.path("name").asText("").isEmpty();
            if (named == parameters.path("selector").isObject()) {
                causes.add(Cause.forbidden("spec.paramRef.name", "exactly one of name and selector must be specified"));
            }
            String action = parameters.path("parameterNotFoundAction").asText("");
            if (!action.equals("Allow") && !action.equals("Deny")) {
                causes.add(
                        action.isEmpty()
                                ? Cause.required("spec.paramRef.parameterNotFoundAction", "")
                                : Cause.unsupported(
                                        "spec.paramRef.parameterNotFoundAction",
                                        '"' + action + '"',
                                        List.of("Allow", "Deny")));
            }
        }
    }
}

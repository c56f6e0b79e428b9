package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Remarks;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What policies have found about one change. */
final class Findings {

    private static final Logger log = LoggerFactory.getLogger(Findings.class);
    private static final String VIOLATIONS = "validation.policy.admission.k8s.io/validation_failure";
    private static final int LONGEST_NOTE = 10 * 1024;

    private final Change change;
    private final ResourceType type;
    private final Remarks remarks;
    private final ArrayNode audited = Json.array();
    private final Map<String, Set<String>> notes = new TreeMap<>();
    private Refusal refusal;

    Findings(Change change, ResourceType type, Remarks remarks) {
        this.change = change;
        this.type = type;
        this.remarks = remarks;
    }

    void add(Policy policy, Policies.Binding binding, Policy.Violation violation) {
        if (binding.actions().contains("Warn")) {
            remarks.warn("Validation failed for " + which(policy, binding) + ": " + violation.message());
        }
        if (binding.actions().contains("Audit")) {
            ObjectNode failure = audited.addObject()
                    .put("message", violation.message())
                    .put("policy", policy.name())
                    .put("binding", binding.name())
                    .put("expressionIndex", violation.expression());
            binding.actions().forEach(failure.putArray("validationActions")::add);
            // Not all requests have an audit: those within the process don't.
            log.info(
                    "A policy was violated: policy={} binding={} resource={} namespace={} name={}",
                    policy.name(),
                    binding.name(),
                    type.qualified(),
                    change.namespace(),
                    change.name());
        }
        if (binding.actions().contains("Deny")) {
            refuse(policy, binding, violation);
        }
    }

    /** The change is not made, whatever the binding says. */
    void refuse(Policy policy, Policies.Binding binding, Policy.Violation violation) {
        if (refusal == null) {
            refusal = Refusal.deniedByPolicy(
                    type,
                    change.name(),
                    violation.reason(),
                    which(policy, binding) + " denied request: " + violation.message());
        }
    }

    private static String which(Policy policy, Policies.Binding binding) {
        return "ValidatingAdmissionPolicy '" + policy.name() + "' with binding '" + binding.name() + "'";
    }

    /** A note for the audit; the same of another binding is noted once. */
    void add(Policy policy, String key, String value) {
        notes.computeIfAbsent(policy.name() + "/" + key, k -> new LinkedHashSet<>())
                .add(value.length() > LONGEST_NOTE ? value.substring(0, LONGEST_NOTE) : value);
    }

    /** Notes what is to be noted, and refuses the change if one is against it. */
    void tell() {
        notes.forEach((key, values) -> remarks.annotate(key, String.join(", ", values)));
        if (!audited.isEmpty()) {
            remarks.annotate(VIOLATIONS, audited.toString());
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}

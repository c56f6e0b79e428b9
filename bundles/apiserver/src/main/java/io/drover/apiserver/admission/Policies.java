package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.access.Following;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Remarks;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validating admission policies, put to use by their bindings. */
final class Policies extends Following {

    private static final Logger log = LoggerFactory.getLogger(Policies.class);

    private final Store store;
    private final Kinds kinds;
    private final Rights rights;
    private final Parameters parameters;
    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<String, Binding> bindings = new TreeMap<>();
    private volatile List<InUse> inUse = List.of();

    private record InUse(Policy policy, Binding binding) {}

    record Binding(String name, String policy, JsonNode spec, Matching matching, List<String> actions) {}

    Policies(Store store, Kinds kinds, Rights rights) {
        super(store, List.of(BuiltIns.VALIDATING_POLICIES.topic(), BuiltIns.VALIDATING_POLICY_BINDINGS.topic()));
        this.store = store;
        this.kinds = kinds;
        this.rights = rights;
        this.parameters = new Parameters(store, kinds);
    }

    /** Asks all that are concerned, and refuses the change once all have said what there is to say. */
    void validate(Change change, ResourceType type, Remarks remarks) {
        catchUp();
        Findings findings = new Findings(change, type, remarks);
        for (InUse each : inUse) {
            Policy policy = each.policy();
            Binding binding = each.binding();
            Optional<ResourceType> as = policy.matching().match(change, type, kinds, store);
            if (as.isPresent()
                    && binding.matching().match(change, type, kinds, store).isPresent()) {
                validate(policy, binding, change, type, as.get(), findings);
            }
        }
        findings.tell();
    }

    private void validate(
            Policy policy, Binding binding, Change change, ResourceType type, ResourceType as, Findings findings) {
        Map<String, Object> variables = new HashMap<>(Reviewed.variables(change, type, as, rights));
        variables.put("namespaceObject", namespaceObject(change, type));
        try {
            for (Optional<ObjectNode> params :
                    parameters.of(policy, binding.spec().path("paramRef"), change)) {
                params.ifPresent(p -> variables.put("params", p));
                Policy.Verdict verdict = policy.judge(variables, Budget.ofRequest());
                verdict.violations().forEach(violation -> findings.add(policy, binding, violation));
                verdict.failures().forEach(failure -> findings.refuse(policy, binding, failure));
                verdict.notes().forEach((key, value) -> findings.add(policy, key, value));
            }
        } catch (CelFailure | Parameters.Missing e) {
            if (policy.ignoresFailure()) {
                log.warn(
                        "A policy can't be applied and is passed over: policy={} reason={}",
                        policy.name(),
                        e.getMessage());
            } else {
                findings.add(policy, binding, new Policy.Violation(e.getMessage(), "Invalid", 0));
            }
        }
    }

    private JsonNode namespaceObject(Change change, ResourceType type) {
        if (!type.namespaced()) {
            return NullNode.instance;
        }
        return store.now()
                .get(BuiltIns.NAMESPACES.key("", change.namespace()))
                .map(stored -> (JsonNode) Json.read(stored.json()))
                .orElse(NullNode.instance);
    }

    @Override
    protected void restart() {
        policies.clear();
        bindings.clear();
    }

    @Override
    protected void take(Stored stored) {
        ObjectNode object = Json.read(stored.json());
        String name = object.at("/metadata/name").asText();
        JsonNode spec = object.path("spec");
        if (stored.key().startsWith(BuiltIns.VALIDATING_POLICIES.topic())) {
            policies.put(name, compiled(name, spec));
        } else {
            List<String> actions = new ArrayList<>();
            spec.path("validationActions").forEach(action -> actions.add(action.asText()));
            bindings.put(
                    name,
                    new Binding(
                            name,
                            spec.path("policyName").asText(),
                            spec,
                            Matching.ofConstraints(spec.path("matchResources")),
                            actions));
        }
    }

    /** One that an earlier version took and this one can't compile refuses what it is about, unless its failures are passed over. */
    private static Policy compiled(String name, JsonNode spec) {
        try {
            return Policy.of(name, spec);
        } catch (CelFailure e) {
            log.error("A policy can't be compiled: policy={} reason={}", name, e.getMessage());
            ObjectNode closed = Json.object();
            closed.set("matchConstraints", spec.path("matchConstraints"));
            closed.putArray("validations")
                    .addObject()
                    .put("expression", spec.path("failurePolicy").asText().equals("Ignore") ? "true" : "false")
                    .put("message", "the policy can't be compiled: " + e.getMessage());
            return Policy.of(name, closed);
        }
    }

    @Override
    protected void drop(Stored last) {
        String name = last.key().substring(last.key().lastIndexOf('/') + 1);
        if (last.key().startsWith(BuiltIns.VALIDATING_POLICIES.topic())) {
            policies.remove(name);
        } else {
            bindings.remove(name);
        }
    }

    @Override
    protected void settle() {
        List<InUse> all = new ArrayList<>();
        for (Binding binding : bindings.values()) {
            Policy policy = policies.get(binding.policy());
            if (policy != null) {
                all.add(new InUse(policy, binding));
            }
        }
        inUse = List.copyOf(all);
    }
}

package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.OwnRequests.Answered;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.PolicyTypeChecks;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says in the status of each validating admission policy how its expressions fit what it is about, as Kubernetes' controller does. */
public final class PolicyStatus extends Following implements Keepers.Keeper {

    private static final ResourceType POLICIES = BuiltIns.VALIDATING_POLICIES;
    private static final String PATH = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/";
    private static final String MANAGER = "validatingadmissionpolicy-status";

    private final Store store;
    private final OwnRequests requests;
    private final PolicyTypeChecks checks;
    private final Set<String> unseen = new HashSet<>();

    public PolicyStatus(Store store, Kinds kinds, OwnRequests requests) {
        super(store, List.of(POLICIES.topic()));
        this.store = store;
        this.requests = requests;
        this.checks = new PolicyTypeChecks(kinds);
    }

    @Override
    public void look() throws InterruptedException {
        catchUp();
        for (String key : List.copyOf(unseen)) {
            Stored stored = store.now().get(key).orElse(null);
            if (stored != null) {
                tell(Json.read(stored.json()));
            }
            unseen.remove(key);
        }
    }

    private void tell(ObjectNode policy) throws InterruptedException {
        String name = policy.at("/metadata/name").asText();
        ObjectNode told = Json.object().put("apiVersion", POLICIES.apiVersion()).put("kind", POLICIES.kind());
        told.putObject("metadata").put("name", name);
        ObjectNode status = told.putObject("status").put("observedGeneration", generation(policy));
        ArrayNode warnings = checks.warnings(policy.path("spec"));
        ObjectNode checked = status.putObject("typeChecking");
        if (!warnings.isEmpty()) {
            checked.set("expressionWarnings", warnings);
        }
        Answered answered = requests.apply(PATH + name + "/status", MANAGER, told);
        if (!answered.isGood() && answered.status() != 404) {
            throw new IllegalStateException("policy " + name + ": " + answered.message());
        }
    }

    private static long generation(ObjectNode policy) {
        return policy.at("/metadata/generation").asLong();
    }

    @Override
    protected void restart() {
        unseen.clear();
    }

    @Override
    protected void take(Stored stored) {
        ObjectNode policy = Json.read(stored.json());
        if (policy.at("/status/observedGeneration").asLong() < generation(policy)) {
            unseen.add(stored.key());
        }
    }

    @Override
    protected void drop(Stored last) {
        unseen.remove(last.key());
    }
}

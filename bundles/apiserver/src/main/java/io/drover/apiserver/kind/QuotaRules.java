package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A quota limits how many objects a namespace may hold. Its status is the server's. */
public final class QuotaRules implements ResourceType.Rules {

    public static final String COUNT = "count/";

    /** Resources of the core group that may be limited by their plain names. */
    public static final List<String> PLAIN = List.of("configmaps", "resourcequotas", "secrets");

    /** Names that are known and limit what there is none of here. */
    private static final List<String> ELSEWHERE = List.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "persistentvolumeclaims",
            "pods",
            "replicationcontrollers",
            "services",
            "services.loadbalancers",
            "services.nodeports");

    @Override
    public void normalise(ObjectNode quota) {
        ObjectNode hard = quota.path("spec").path("hard") instanceof ObjectNode limits ? limits : Json.object();
        for (Map.Entry<String, JsonNode> limit : List.copyOf(hard.properties())) {
            hard.put(limit.getKey(), limit.getValue().asText());
        }
    }

    @Override
    public void validate(ObjectNode quota, ObjectNode before, List<Cause> causes) {
        for (Map.Entry<String, JsonNode> limit : quota.at("/spec/hard").properties()) {
            String name = limit.getKey();
            String at = "spec.hard[" + name + "]";
            if (!name.startsWith(COUNT) && !PLAIN.contains(name) && !ELSEWHERE.contains(name)) {
                causes.add(
                        name.contains("/")
                                ? Cause.invalid(at, '"' + name + '"', "must be a standard resource for quota")
                                : Cause.invalid(
                                        at, '"' + name + '"', "must be a standard resource type or fully qualified"));
            }
            String value = limit.getValue().asText();
            Optional<BigDecimal> amount = amount(value);
            if (amount.isEmpty() || amount.get().signum() < 0) {
                causes.add(Cause.invalid(at, '"' + value + '"', "must be greater than or equal to 0"));
            } else if (amount.get().stripTrailingZeros().scale() > 0) {
                causes.add(Cause.invalid(at, '"' + value + '"', "must be an integer"));
            }
        }
        if (before != null && !before.at("/spec/scopes").equals(quota.at("/spec/scopes"))) {
            causes.add(Cause.invalid("spec.scopes", quota.at("/spec/scopes").toString(), "field is immutable"));
        }
        if (!quota.at("/spec/scopes").isEmpty()
                || quota.at("/spec/scopeSelector").isObject()) {
            causes.add(Cause.invalid(
                    "spec.scopes",
                    quota.at("/spec/scopes").toString(),
                    "scopes choose among pods, and the management plane has none"));
        }
    }

    /** A quantity as a number; empty if it is none. */
    public static Optional<BigDecimal> amount(String quantity) {
        try {
            return Optional.of(Quantity.getAmountInBytes(Quantity.parse(quantity)));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}

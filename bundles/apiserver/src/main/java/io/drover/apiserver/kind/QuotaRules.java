package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A quota limits how many objects a namespace may hold. Its status is the server's. */
public final class QuotaRules implements ResourceType.Rules {

    public static final String COUNT = "count/";

    /** Resources of the core group that may be limited by their plain names. */
    public static final List<String> PLAIN = List.of("configmaps", "resourcequotas", "secrets");

    /** Names that are known and limit what there is none of here. */
    private static final Set<String> ELSEWHERE = Set.of(
            "cpu",
            "memory",
            "storage",
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

    private static final List<String> LARGE_PAGES = List.of("hugepages-", "requests.hugepages-", "limits.hugepages-");
    /** Of the known names those that count something. */
    private static final Set<String> COUNTED = Set.of(
            "persistentvolumeclaims",
            "pods",
            "replicationcontrollers",
            "services",
            "services.loadbalancers",
            "services.nodeports",
            "configmaps",
            "resourcequotas",
            "secrets");

    /** What a quota that is limited to some pods may limit. */
    private static final Set<String> OF_PODS = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "pods");

    private static final List<String> SCOPES = List.of(
            "BestEffort",
            "CrossNamespacePodAffinity",
            "NotBestEffort",
            "NotTerminating",
            "PriorityClass",
            "Terminating",
            "VolumeAttributesClass");

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
            validateLimit(limit.getKey(), limit.getValue().asText(), causes);
        }
        JsonNode scopes = quota.at("/spec/scopes");
        if (before != null && !before.at("/spec/scopes").equals(scopes)) {
            causes.add(Cause.invalid("spec.scopes", scopes.toString(), "field is immutable"));
        }
        Set<String> given = new HashSet<>();
        scopes.forEach(scope -> given.add(scope.asText()));
        for (String scope : given) {
            if (!SCOPES.contains(scope)) {
                causes.add(Cause.invalid("spec.scopes", scopes.toString(), "unsupported scope"));
            }
        }
        for (String name : given.isEmpty() ? List.<String>of() : names(quota.at("/spec/hard"))) {
            if (!OF_PODS.contains(name)) {
                causes.add(Cause.invalid("spec.scopes", scopes.toString(), "unsupported scope applied to resource"));
            }
        }
        for (List<String> pair :
                List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"))) {
            if (given.containsAll(pair)) {
                causes.add(Cause.invalid("spec.scopes", scopes.toString(), "conflicting scopes"));
            }
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void validateLimit(String name, String value, List<Cause> causes) {
        String at = "spec.hard[" + name + "]";
        int before = causes.size();
        Names.checkQualified(name, at, causes);
        boolean known = PLAIN.contains(name)
                || ELSEWHERE.contains(name)
                || LARGE_PAGES.stream().anyMatch(name::startsWith)
                || name.contains("/");
        if (causes.size() == before && !known) {
            causes.add(Cause.invalid(at, '"' + name + '"', "must be a standard resource type or fully qualified"));
            causes.add(Cause.invalid(at, '"' + name + '"', "must be a standard resource for quota"));
        }
        Optional<BigDecimal> amount = amount(value);
        if (amount.isEmpty()) {
            throw Refusal.badRequest("ResourceQuota in version \"v1\" cannot be handled as a ResourceQuota: " + value
                    + " is no quantity");
        }
        if (amount.get().signum() < 0) {
            causes.add(Cause.invalid(at, '"' + value + '"', "must be greater than or equal to 0"));
        }
        boolean counts = COUNTED.contains(name) || name.startsWith(COUNT);
        if (counts && amount.get().stripTrailingZeros().scale() > 0) {
            causes.add(Cause.invalid(at, '"' + value + '"', "must be an integer"));
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

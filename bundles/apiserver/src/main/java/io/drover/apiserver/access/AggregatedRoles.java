package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.OwnRequests.Answered;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gives a cluster role with an aggregation rule the rules of all cluster roles that its selectors choose. */
public final class AggregatedRoles extends Following implements Keepers.Keeper {

    private static final List<String> TOPICS = List.of(BuiltIns.CLUSTER_ROLES.topic());

    private final Store store;
    private final OwnRequests requests;
    private final Set<String> aggregated = new HashSet<>();
    private boolean changed;

    public AggregatedRoles(Store store, OwnRequests requests) {
        super(store, TOPICS);
        this.store = store;
        this.requests = requests;
    }

    @Override
    public void look() throws InterruptedException {
        catchUp();
        if (changed) {
            Snapshot now = store.now();
            for (String key : List.copyOf(aggregated)) {
                Stored role = now.get(key).orElse(null);
                if (role != null) {
                    gather(role, now);
                }
            }
            changed = false;
        }
    }

    private void gather(Stored stored, Snapshot now) throws InterruptedException {
        ObjectNode role = Json.read(stored.json());
        List<Labels> selectors = Labels.each(role.at("/aggregationRule/clusterRoleSelectors"));
        Set<JsonNode> rules = new LinkedHashSet<>();
        for (Iterator<Stored> all = now.below(BuiltIns.CLUSTER_ROLES.topic()); all.hasNext(); ) {
            Stored other = all.next();
            if (!other.key().equals(stored.key())
                    && selectors.stream().anyMatch(selector -> selector.matches(other.labels()))) {
                Json.read(other.json()).path("rules").forEach(rules::add);
            }
        }
        ArrayNode wanted = Json.array();
        wanted.addAll(rules);
        if (wanted.equals(role.path("rules"))) {
            return;
        }
        role.set("rules", wanted);
        String name = role.at("/metadata/name").asText();
        Answered answered =
                requests.update("/apis/rbac.authorization.k8s.io/v1/clusterroles/" + name.replace(":", "%3A"), role);
        if (!answered.isGood() && answered.status() != 404) {
            throw new IllegalStateException("cluster role " + name + ": " + answered.message());
        }
    }

    @Override
    protected void restart() {
        aggregated.clear();
    }

    @Override
    protected void take(Stored stored) {
        changed = true;
        if (Json.read(stored.json()).path("aggregationRule").isObject()) {
            aggregated.add(stored.key());
        } else {
            aggregated.remove(stored.key());
        }
    }

    @Override
    protected void drop(Stored last) {
        changed = true;
        aggregated.remove(last.key());
    }
}

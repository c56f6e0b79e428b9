package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What a caller may do with the resources of a type. */
final class Rights {

    private static final Set<String> PUBLIC_SETTINGS = Set.of("cacerts", "first-login");

    private static final Decision SOME = new Decision(true, "everybody sees what he may see of each");

    private static final String CLUSTER = "cluster";

    private final Authorizer authorizer;
    private final Supplier<List<String>> clusters;

    /** @param clusters the ids of all */
    Rights(Authorizer authorizer, Supplier<List<String>> clusters) {
        this.authorizer = authorizer;
        this.clusters = clusters;
    }

    /** Whether there is any point in asking for a list: everybody who is known may ask and sees what is his. */
    boolean mayAskForLists(Call call) {
        return !call.isAnonymous();
    }

    boolean may(Call call, String verb, ServedType type, ObjectId id) {
        Decision decision = decide(call, verb, type, id);
        call.decided(decision);
        return decision.allowed();
    }

    private Decision decide(Call call, String verb, ServedType type, ObjectId id) {
        if (call.isAnonymous()) {
            boolean open = verb.equals("get") && type.id().equals("setting") && isPublicSetting(id.name());
            return new Decision(open, open ? "anybody may" : "nobody is known to call");
        }
        return authorizer.decide(
                call.caller(), new Question(verb, type.group(), type.resource(), id.namespace(), id.name()));
    }

    /**
     * Whether there is one at least that the caller may do this to, for what is told of a type rather than of an object: clients ask for
     * nothing that a type does not announce, and whoever has a role in one cluster alone has rights to its objects only.
     */
    boolean mayAnywhere(Call call, String verb, ServedType type) {
        if (may(call, verb, type, new ObjectId("", ""))) {
            return true;
        }
        boolean inClusters = type.type().scope().equals(CLUSTER);
        boolean ofClusters = type.id().equals(CLUSTER) && !verb.equals("create");
        if (call.isAnonymous() || !inClusters && !ofClusters) {
            return false;
        }
        return clusters.get().stream()
                .map(id -> inClusters ? new ObjectId(id, "") : new ObjectId("", id))
                .anyMatch(id -> may(call, verb, type, id));
    }

    boolean mayListAll(Call call, ServedType type) {
        Decision decision = decide(call, "list", type, new ObjectId("", ""));
        call.audited().decided(decision.allowed() ? decision : SOME);
        return decision.allowed();
    }

    boolean maySee(Call call, ServedType type, JsonNode stored) {
        return may(call, "get", type, ObjectId.of(stored));
    }

    /** @throws jakarta.ws.rs.WebApplicationException 403 in Kubernetes' words */
    void require(Call call, String verb, ServedType type, ObjectId id) {
        Decision decision = decide(call, verb, type, id);
        call.audited().decided(decision);
        if (!decision.allowed()) {
            String where =
                    id.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + id.namespace() + "\"";
            String what = id.name().isEmpty() ? "" : " \"" + id.name() + "\"";
            throw Refusal.forbidden(type.qualifiedResource() + what + " is forbidden: User \""
                    + call.caller().userId() + "\" cannot " + verb + " resource \"" + type.resource()
                    + "\" in API group \"" + type.group() + "\" " + where);
        }
    }

    private static boolean isPublicSetting(String name) {
        return PUBLIC_SETTINGS.contains(name) || name.startsWith("ui-");
    }
}

package io.drover.apiserver.serve;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import java.util.Set;
import java.util.function.Supplier;

/** May the caller do this? Everything that is done for somebody passes here. */
final class Access {

    /** What everybody may read whose identity is proved. */
    private static final Set<String> OPEN = Set.of("api", "apis", "version", "healthz", "livez", "readyz", "openapi");

    private static final Set<String> REVIEWS =
            Set.of("selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews");

    private final Supplier<Authorizer> authorizer;

    /** @param authorizer gives null while there is none */
    Access(Supplier<Authorizer> authorizer) {
        this.authorizer = authorizer;
    }

    Decision decide(Caller caller, Question question) {
        if (caller.isSystem()) {
            return new Decision(true, "Drover itself may do everything");
        }
        Authorizer present = authorizer.get();
        return present == null
                ? new Decision(false, "nothing is allowed before the authorizer has started")
                : present.decide(caller, question);
    }

    void require(Request request, Route route, String verb) {
        if (REVIEWS.contains(route.type().plural())) {
            return;
        }
        Caller caller = request.caller();
        Question question = new Question(
                verb,
                route.type().group(),
                route.resourceWithSubresource(),
                route.type().plural().equals("namespaces")
                                && route.type().group().isEmpty()
                        ? ""
                        : route.namespace(),
                route.name());
        Decision decision = decide(caller, question);
        if (!decision.allowed()) {
            String where = route.namespace().isEmpty()
                    ? " at the cluster scope"
                    : " in the namespace \"" + route.namespace() + "\"";
            throw Refusal.forbidden(
                    route.type(),
                    route.name(),
                    "User \"" + caller.userId() + "\" cannot " + verb + " resource \""
                            + route.resourceWithSubresource() + "\" in API group \""
                            + route.type().group() + "\""
                            + where + (decision.reason().isEmpty() ? "" : ": " + decision.reason()));
        }
    }

    /** Paths that lead to no resource: discovery and the like are open to all, other ones to nobody but Drover. */
    void requirePath(Request request) {
        String first = request.segments().isEmpty() ? "" : request.segments().get(0);
        if (!request.caller().isSystem() && !first.isEmpty() && !OPEN.contains(first)) {
            throw Refusal.forbidden(
                    "path",
                    "User \"" + request.caller().userId() + "\" cannot "
                            + request.method().toLowerCase(java.util.Locale.ROOT) + " path \"/"
                            + String.join("/", request.segments()) + "\"");
        }
    }
}

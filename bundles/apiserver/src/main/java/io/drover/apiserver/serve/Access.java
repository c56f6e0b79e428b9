package io.drover.apiserver.serve;

import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import java.util.Locale;

/** May the caller do this? Everything that is done for somebody passes here, and is refused in Kubernetes' words. */
final class Access {

    private final Rights rights;

    Access(Rights rights) {
        this.rights = rights;
    }

    Rights rights() {
        return rights;
    }

    void require(Request request, Route route, String verb) {
        Caller caller = request.caller();
        // A namespace is within itself: whoever was given something there may be given it too.
        String namespace = route.type().equals(BuiltIns.NAMESPACES) ? route.name() : route.namespace();
        Decision decision = rights.decide(
                caller,
                new Question(verb, route.type().group(), route.resourceWithSubresource(), namespace, route.name()));
        request.decided(decision);
        if (!decision.allowed()) {
            String where = namespace.isEmpty() ? " at the cluster scope" : " in the namespace \"" + namespace + "\"";
            throw Refusal.forbidden(
                    route.type(),
                    route.name(),
                    "User \"" + caller.userId() + "\" cannot " + verb + " resource \""
                            + route.resourceWithSubresource() + "\" in API group \""
                            + route.type().group() + "\""
                            + where + (decision.reason().isEmpty() ? "" : ": " + decision.reason()));
        }
    }

    /** Paths that lead to no resource: discovery and the like. */
    void requirePath(Request request) {
        String verb = request.method().toLowerCase(Locale.ROOT);
        String path = "/" + String.join("/", request.segments());
        Decision decision = rights.decidePath(request.caller(), verb, path);
        request.decided(decision);
        if (!decision.allowed()) {
            throw Refusal.forbiddenPath("User \"" + request.caller().userId() + "\" cannot " + verb + " path \"" + path
                    + "\"" + (decision.reason().isEmpty() ? "" : ": " + decision.reason()));
        }
    }
}

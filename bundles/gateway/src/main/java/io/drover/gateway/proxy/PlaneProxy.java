package io.drover.gateway.proxy;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.ClusterPath;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import io.drover.gateway.transport.ClusterTarget;
import io.drover.gateway.transport.PlaneTarget;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /k8s/clusters/local/…} where the management plane is another cluster. Who is allowed something by Drover's roles does it there
 * with all rights, in his name; everything else he asks for as himself, and that cluster's own roles decide.
 */
final class PlaneProxy {

    private static final Logger log = LoggerFactory.getLogger(PlaneProxy.class);
    private static final String ALL_RIGHTS = "system:masters";
    private static final Question EVERYTHING = new Question("*", "*", "*", "", "");
    private static final Set<String> READING = Set.of("get", "list", "watch");

    /**
     * Writing these could give more rights than their writer has. An embedded plane looks at what is written; here only administrators
     * may, and others through {@code /v3}, which looks as well.
     */
    private static final Set<String> GIVES_RIGHTS = Set.of(
            "clusterroletemplatebindings",
            "globalrolebindings",
            "globalroles",
            "projectroletemplatebindings",
            "roletemplates",
            "tokens",
            "userattributes",
            "users");

    private final Services services;
    private final ClusterProxy proxy;
    private volatile PlaneTarget target;

    PlaneProxy(Services services, ClusterProxy proxy) {
        this.services = services;
        this.proxy = proxy;
    }

    void handle(Request request, Response response, Callback callback, Caller caller, Caller acting, ClusterPath path) {
        Optional<ClusterTarget> plane = services.planeEndpoint().flatMap(this::target);
        Optional<Authorizer> authorizer = services.authorizer();
        if (plane.isEmpty() || authorizer.isEmpty()) {
            Replies.status(response, callback, 503, "the management plane is not served here at the moment");
            return;
        }
        String query = request.getHttpURI().getQuery();
        Optional<Question> question =
                KubernetesRequest.question(request.getMethod(), path.path(), query == null ? "" : query);
        Optional<Question> right = Stream.concat(Stream.of(EVERYTHING), question.filter(q -> !givesRights(q)).stream())
                .filter(asked -> {
                    Decision decision = authorizer.get().decide(acting, asked);
                    Audited.of(request).decided(decision);
                    return decision.allowed();
                })
                .findFirst();
        Caller there = right.isPresent() ? withAllRights(acting) : acting;
        proxy.pass(request, response, callback, caller, there, path, plane.get(), rightOf(caller, acting, right));
    }

    /** What somebody does as somebody else lasts as long as his token. */
    private static Optional<Question> rightOf(Caller caller, Caller acting, Optional<Question> right) {
        return caller.userId().equals(acting.userId()) ? right : Optional.empty();
    }

    private static boolean givesRights(Question question) {
        boolean ofRoles = question.group().equals("rbac.authorization.k8s.io")
                || question.group().equals("management.cattle.io")
                        && GIVES_RIGHTS.contains(question.resource().split("/", 2)[0]);
        return ofRoles && !READING.contains(question.verb());
    }

    private static Caller withAllRights(Caller caller) {
        return new Caller(
                caller.userId(),
                Stream.concat(caller.groups().stream(), Stream.of(ALL_RIGHTS))
                        .distinct()
                        .toList(),
                caller.extra(),
                caller.token());
    }

    private Optional<ClusterTarget> target(PlaneEndpoint endpoint) {
        PlaneTarget known = target;
        if (known == null || !known.isFor(endpoint)) {
            try {
                known = new PlaneTarget(endpoint);
                target = known;
            } catch (Exception e) {
                log.error("The management plane's cluster can't be connected to: {}", e.getMessage());
                return Optional.empty();
            }
        }
        return Optional.of(known.now());
    }
}

package io.drover.rest;

import io.drover.api.auth.RemoteSource;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The registration tokens that are good now. */
final class Registrations {

    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final ManagementPlane plane;
    private final Pace ofSource;
    private final Pace ofAll;

    Registrations(ManagementPlane plane, Clock clock) {
        this.plane = plane;
        this.ofSource = new Pace(clock, 10, Duration.ofSeconds(1));
        this.ofAll = new Pace(clock, 100, Duration.ofMillis(50));
    }

    record Registration(String clusterId, String token) {
        @Override
        public String toString() {
            return "Registration[" + clusterId + "]";
        }
    }

    /** @param token takes the same time for every token that it does not accept */
    Optional<Registration> find(Predicate<String> token) {
        return find(plane.watched(ClusterRegistrationToken.class).list().stream(), token);
    }

    /**
     * The same among one cluster's. A token that was made a moment ago is known as well: the API server itself is asked before anybody is
     * told that there is none, unless it was asked too often.
     *
     * @param address of whoever shows the token
     */
    Optional<Registration> find(String clusterId, Predicate<String> token, String address) {
        Optional<Registration> known = find(token).filter(found -> clusterId.equals(found.clusterId()));
        boolean ask = known.isEmpty()
                && CLUSTER.matcher(clusterId).matches()
                && ofSource.admits(RemoteSource.of(address))
                && ofAll.admits("");
        return ask
                ? find(plane.objects(ClusterRegistrationToken.class).list(clusterId).stream(), token)
                        .filter(found -> clusterId.equals(found.clusterId()))
                : known;
    }

    private static Optional<Registration> find(
            Stream<Resource<ClusterRegistrationToken>> among, Predicate<String> token) {
        return among.flatMap(resource -> read(resource).stream())
                .filter(registration -> token.test(registration.token()))
                .findFirst();
    }

    private static Optional<Registration> read(Resource<ClusterRegistrationToken> resource) {
        ClusterRegistrationToken stored = resource.value();
        if (resource.isBeingDeleted() || stored.spec() == null || stored.status() == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(stored.status().token())
                .filter(token -> !token.isEmpty())
                .map(token -> new Registration(stored.spec().clusterName(), token));
    }
}

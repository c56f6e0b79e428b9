package io.drover.rest;

import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.util.Optional;
import java.util.function.Predicate;

/** The registration tokens that are good now. */
final class Registrations {

    private final ManagementPlane plane;

    Registrations(ManagementPlane plane) {
        this.plane = plane;
    }

    record Registration(String clusterId, String token) {
        @Override
        public String toString() {
            return "Registration[" + clusterId + "]";
        }
    }

    /** @param token takes the same time for every token that it does not accept */
    Optional<Registration> find(Predicate<String> token) {
        return plane.watched(ClusterRegistrationToken.class).list().stream()
                .flatMap(resource -> read(resource).stream())
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

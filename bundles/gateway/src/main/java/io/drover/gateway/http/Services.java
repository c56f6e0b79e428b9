package io.drover.gateway.http;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.plane.PlaneServer;
import java.util.Optional;

/** Other bundles' services as they are at this moment; any thread. */
public interface Services {

    Optional<Callers> callers();

    Optional<Authorizer> authorizer();

    /** Empty where the management plane is an external cluster. */
    Optional<PlaneServer> planeServer();

    /** Whether a bundle lets this path answer without an identity. */
    boolean isPublic(String method, String canonicalPath);
}

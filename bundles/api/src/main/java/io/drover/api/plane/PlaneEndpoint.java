package io.drover.api.plane;

import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the management plane's API is, when that is another cluster's API server: an OSGi service that is there instead of {@link
 * PlaneServer}. For the gateway alone, which sends callers' requests there in their names. Any thread; nothing here blocks for long.
 */
@ProviderType
public interface PlaneEndpoint {

    /** {@code https://host:port}. */
    URI server();

    /** Trusts that API server's authority alone, and shows it Drover's certificate if Drover has one. */
    SSLContext tls();

    /** Drover's token there as it is now; empty when its certificate says who it is. */
    Optional<String> bearerToken();
}

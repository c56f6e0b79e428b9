package io.drover.api.auth;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Paths that answer without an identity: an OSGi service of the bundle that serves them. Everything else is refused with 401 before it
 * reaches a bundle.
 */
@ConsumerType
public interface PublicPaths {

    /** Exact paths, or prefixes that end in {@code *}: {@code GET /ping}, {@code GET /v3/import/*}, {@code * /v3-public/*}. */
    List<String> patterns();
}

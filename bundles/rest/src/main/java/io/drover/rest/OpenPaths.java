package io.drover.rest;

import io.drover.api.ServerPart;
import io.drover.api.auth.PublicPaths;
import java.util.List;

/** What this bundle answers to callers whom nobody knows; a service only while it does. */
@ServerPart(OpenPaths.API)
final class OpenPaths implements PublicPaths {

    static final String API = "the API";

    @Override
    public List<String> patterns() {
        return List.of(
                "GET /",
                "GET /cacerts",
                "GET /login",
                "GET /dashboard/auth/login",
                "GET /verify-auth",
                "* /v3-public",
                "* /v3-public/*",
                // Not served: clients take only a 404 here as the sign to use the older paths.
                "* /v1-public/*",
                "GET /v3/settings/cacerts",
                "GET /v3/settings/first-login",
                "GET /v3/settings/ui-*",
                "GET /v3/import/*");
    }
}

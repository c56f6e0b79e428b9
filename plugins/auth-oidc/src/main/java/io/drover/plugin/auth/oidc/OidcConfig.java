package io.drover.plugin.auth.oidc;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;

/** What an administrator says of an OpenID Connect provider; {@link IssuerConfig} tells what the fields mean. */
@Rest(
        type = "oidcConfig",
        plural = "oidcConfigs",
        collectionMethods = {},
        resourceMethods = {"GET", "PUT"})
record OidcConfig(
        @Field(nullable = false, required = true) String issuer,
        @Field(nullable = false, required = true) String authEndpoint,
        @Field(required = true) String clientId,
        @Field(required = true) @Secret String clientSecret,
        @Field(nullable = false, required = true) String rancherUrl,
        String scope,
        @Field(defaultValue = "groups") String groupsClaim,
        Boolean groupSearchEnabled,
        String certificate,
        @Secret String privateKey)
        implements IssuerConfig {}

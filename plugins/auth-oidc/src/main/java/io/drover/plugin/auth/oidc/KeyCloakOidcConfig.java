package io.drover.plugin.auth.oidc;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;

/** What an administrator says of a Keycloak; {@link IssuerConfig} tells what the fields mean. */
@Rest(
        type = "keyCloakOIDCConfig",
        plural = "keyCloakOIDCConfigs",
        collectionMethods = {},
        resourceMethods = {"GET", "PUT"})
record KeyCloakOidcConfig(
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

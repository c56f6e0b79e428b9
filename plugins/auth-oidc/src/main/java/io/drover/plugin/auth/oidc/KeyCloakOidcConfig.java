package io.drover.plugin.auth.oidc;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;

/**
 * What an administrator says of a Keycloak.
 *
 * @param authEndpoint where browsers are sent
 * @param certificate PEM of the authorities to trust; blank = those of the JVM
 * @param rancherUrl where browsers come back to, as the provider knows it
 * @param scope separated by spaces; empty = {@code openid profile email}
 * @param groupsClaim the claim that names the groups; dots lead into objects
 */
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
        @Secret String privateKey) {

    OidcSettings settings() {
        return OidcSettings.of(
                "keycloakoidc",
                issuer,
                authEndpoint,
                clientId,
                clientSecret,
                rancherUrl,
                scope,
                groupsClaim,
                certificate);
    }
}

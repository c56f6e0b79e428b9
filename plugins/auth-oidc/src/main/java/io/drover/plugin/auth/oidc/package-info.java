/**
 * Signing in with any OpenID Connect provider, Keycloak among them.
 *
 * <p>{@link io.drover.plugin.auth.oidc.OidcProvider} reads as the story of a sign-in; {@link io.drover.plugin.auth.oidc.Issuer} asks the
 * provider and believes nothing that is not signed or agreed.
 */
package io.drover.plugin.auth.oidc;

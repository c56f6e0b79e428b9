package io.drover.plugin.auth.oidc;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** Keycloak. */
@Component(service = IdentityProviderFactory.class)
public final class KeyCloakOidcFactory implements IdentityProviderFactory<KeyCloakOidcConfig> {

    @Override
    public String name() {
        return "keycloakoidc";
    }

    @Override
    public Class<KeyCloakOidcConfig> configuration() {
        return KeyCloakOidcConfig.class;
    }

    @Override
    public boolean redirects() {
        return true;
    }

    @Override
    public IdentityProvider open(KeyCloakOidcConfig configuration) {
        return new OidcProvider("keyCloakOIDCProvider", OidcSettings.of(name(), configuration));
    }
}

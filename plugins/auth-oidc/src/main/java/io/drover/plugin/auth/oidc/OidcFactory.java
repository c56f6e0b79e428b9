package io.drover.plugin.auth.oidc;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** Any OpenID Connect provider. */
@Component(service = IdentityProviderFactory.class)
public final class OidcFactory implements IdentityProviderFactory<OidcConfig> {

    @Override
    public String name() {
        return "oidc";
    }

    @Override
    public Class<OidcConfig> configuration() {
        return OidcConfig.class;
    }

    @Override
    public boolean redirects() {
        return true;
    }

    @Override
    public IdentityProvider open(OidcConfig configuration) {
        return new OidcProvider("oidcProvider", OidcSettings.of(name(), configuration));
    }
}

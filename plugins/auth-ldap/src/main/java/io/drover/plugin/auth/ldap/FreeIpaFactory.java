package io.drover.plugin.auth.ldap;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** FreeIPA. */
@Component(service = IdentityProviderFactory.class)
public final class FreeIpaFactory implements IdentityProviderFactory<FreeIpaConfig> {

    @Override
    public String name() {
        return "freeipa";
    }

    @Override
    public Class<FreeIpaConfig> configuration() {
        return FreeIpaConfig.class;
    }

    @Override
    public IdentityProvider open(FreeIpaConfig configuration) {
        return new LdapProvider("freeIpaProvider", configuration.settings(name(), false));
    }
}

package io.drover.plugin.auth.ldap;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** Microsoft's Active Directory, and Samba's. */
@Component(service = IdentityProviderFactory.class)
public final class ActiveDirectoryFactory implements IdentityProviderFactory<ActiveDirectoryConfig> {

    @Override
    public String name() {
        return "activedirectory";
    }

    @Override
    public Class<ActiveDirectoryConfig> configuration() {
        return ActiveDirectoryConfig.class;
    }

    @Override
    public IdentityProvider open(ActiveDirectoryConfig configuration) {
        return new LdapProvider("activeDirectoryProvider", configuration.settings());
    }
}

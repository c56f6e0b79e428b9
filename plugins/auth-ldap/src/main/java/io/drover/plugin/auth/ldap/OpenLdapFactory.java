package io.drover.plugin.auth.ldap;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import org.osgi.service.component.annotations.Component;

/** OpenLDAP. */
@Component(service = IdentityProviderFactory.class)
public final class OpenLdapFactory implements IdentityProviderFactory<OpenLdapConfig> {

    @Override
    public String name() {
        return "openldap";
    }

    @Override
    public Class<OpenLdapConfig> configuration() {
        return OpenLdapConfig.class;
    }

    @Override
    public IdentityProvider open(OpenLdapConfig configuration) {
        return new LdapProvider(
                "openLdapProvider",
                configuration.settings(name(), Boolean.TRUE.equals(configuration.nestedGroupMembershipEnabled())));
    }
}

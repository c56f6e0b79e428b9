package io.drover.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of identity provider that administrators configure: an OSGi service.
 *
 * <p>Drover stores the configuration in an {@link io.drover.api.model.AuthConfig} of the provider's name, its secrets apart in Secrets,
 * and serves it as a type of its own under {@code /v3}, made from the record. Whoever changes it gets a new provider; the old one is
 * closed.
 *
 * @param <C> the configuration: a record that carries {@link io.drover.api.kind.Rest} with a type that ends in {@code Config}, such as
 *     {@code openLdapConfig}, whose components are the fields an administrator fills in, described by {@link
 *     io.drover.api.kind.Field} and {@link io.drover.api.kind.Secret}
 */
@ConsumerType
public interface IdentityProviderFactory<C extends Record> {

    /** Name of the one provider of this kind, such as {@code openldap}. */
    String name();

    Class<C> configuration();

    /** Whether what it makes is a {@link RedirectSignIn}. */
    default boolean redirects() {
        return false;
    }

    /**
     * Makes the provider. Asks nobody and returns at once.
     *
     * @param configuration with its defaults filled in and its secrets in clear
     * @throws io.drover.api.DroverException {@code REJECTED} with the field that can't be right
     */
    IdentityProvider open(C configuration);
}

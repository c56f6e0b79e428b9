package io.drover.plugin.auth.oidc;

import com.nimbusds.oauth2.sdk.Scope;
import io.drover.api.DroverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * An issuer and what we are to it, in forms that need no more doubt.
 *
 * @param groupsAreFound whether whoever looks for groups finds any here
 */
record OidcSettings(
        String provider,
        URI issuer,
        URI authEndpoint,
        String clientId,
        String clientSecret,
        URI redirect,
        Scope scope,
        String groupsClaim,
        boolean groupsAreFound,
        String certificate) {

    static OidcSettings of(String provider, IssuerConfig config) {
        Scope wanted = config.scope() == null || config.scope().isBlank()
                ? new Scope("openid", "profile", "email")
                : Scope.parse(config.scope());
        wanted.add("openid");
        return new OidcSettings(
                provider,
                address("issuer", config.issuer()),
                address("authEndpoint", config.authEndpoint()),
                config.clientId(),
                config.clientSecret(),
                address("rancherUrl", config.rancherUrl()),
                wanted,
                config.groupsClaim(),
                !Boolean.FALSE.equals(config.groupSearchEnabled()),
                config.certificate() == null ? "" : config.certificate());
    }

    private static URI address(String field, String text) {
        try {
            URI address = new URI(text.strip());
            String scheme =
                    address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
            if (address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawFragment() == null
                    && Set.of("http", "https").contains(scheme)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // It is refused below, as one that can be read and is of no use.
        }
        throw DroverException.invalid("InvalidFormat", field, field + " must be an address that begins with https://");
    }

    @Override
    public String toString() {
        return "OidcSettings[" + provider + ", " + issuer + "]";
    }
}

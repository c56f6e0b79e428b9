package io.drover.plugin.auth.oidc;

import com.nimbusds.oauth2.sdk.Scope;
import io.drover.api.DroverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** An issuer and what we are to it, in forms that need no more doubt. */
record OidcSettings(
        String provider,
        URI issuer,
        URI authEndpoint,
        String clientId,
        String clientSecret,
        URI redirect,
        Scope scope,
        String groupsClaim,
        String certificate) {

    static OidcSettings of(
            String provider,
            String issuer,
            String authEndpoint,
            String clientId,
            String clientSecret,
            String redirect,
            String scope,
            String groupsClaim,
            String certificate) {
        Scope wanted = scope == null || scope.isBlank() ? new Scope("openid", "profile", "email") : Scope.parse(scope);
        wanted.add("openid");
        return new OidcSettings(
                provider,
                address("issuer", issuer),
                address("authEndpoint", authEndpoint),
                clientId,
                clientSecret,
                address("rancherUrl", redirect),
                wanted,
                groupsClaim,
                certificate == null ? "" : certificate);
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

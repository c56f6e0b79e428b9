package io.drover.plugin.auth.oidc;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.SessionID;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import io.drover.api.DroverException;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import io.drover.api.auth.RedirectSignIn;
import io.drover.api.auth.TellsSessionEnds;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Signs people in by the code flow with PKCE; groups come from a claim. */
final class OidcProvider implements RedirectSignIn, AccessRefresh, PrincipalDirectory, TellsSessionEnds {

    private static final int MOST_GROUPS = 5000;
    private static final int LONGEST_NAME = 1024;

    private final String type;
    private final OidcSettings settings;
    private final Issuer issuer;
    private final LogoutTokens logoutTokens;

    OidcProvider(String type, OidcSettings settings) {
        this.type = type;
        this.settings = settings;
        this.issuer = new Issuer(settings);
        this.logoutTokens = new LogoutTokens(issuer, Clock.systemUTC());
    }

    @Override
    public String name() {
        return settings.provider();
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public URI begin(Attempt attempt) {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, settings.scope(), new ClientID(settings.clientId()), settings.redirect())
                .endpointURI(settings.authEndpoint())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.codeVerifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    @Override
    public Optional<SignedIn> finish(Attempt attempt, String code) {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code), settings.redirect(), new CodeVerifier(attempt.codeVerifier()));
        return issuer.tokens(grant).map(response -> {
            if (response.getOIDCTokens().getIDToken() == null) {
                throw DroverException.denied("The issuer gave no token that says who signed in");
            }
            return signedIn(response, Optional.of(new Nonce(attempt.nonce())), Optional.empty());
        });
    }

    /**
     * @param nonce empty for tokens that answer no sign-in, which may come without one that is signed
     * @param keepsake the refresh token that was good until now; an issuer may give another in its place
     */
    private SignedIn signedIn(OIDCTokenResponse response, Optional<Nonce> nonce, Optional<String> keepsake) {
        OIDCTokens tokens = response.getOIDCTokens();
        Map<String, Object> claims = new HashMap<>();
        if (nonce.isPresent() || tokens.getIDToken() != null) {
            claims.putAll(
                    issuer.verified(tokens.getIDToken(), nonce.orElse(null)).toJSONObject());
        }
        String known = text(claims, "sub");
        issuer.userInfo(tokens.getAccessToken()).ifPresent(info -> {
            if (!known.isEmpty() && !known.equals(info.get("sub"))) {
                throw DroverException.denied("The issuer tells of another user than the one who signed in");
            }
            claims.putAll(info);
        });
        String subject = text(claims, "sub");
        if (subject.isEmpty() || subject.length() > LONGEST_NAME) {
            throw DroverException.denied("The issuer names nobody");
        }
        RefreshToken next = tokens.getRefreshToken();
        return new SignedIn(
                person(subject, claims),
                groups(claims),
                shown(claims),
                next == null ? keepsake : Optional.of(next.getValue()));
    }

    private Principal person(String subject, Map<String, Object> claims) {
        String login = firstOf(claims, "preferred_username", "email", "sub");
        String displayName = firstOf(claims, "name", "preferred_username", "email", "sub");
        return new Principal(name() + "_user://" + subject, false, displayName, login, name());
    }

    private List<Principal> groups(Map<String, Object> claims) {
        Object value = claims;
        for (String step : settings.groupsClaim().split("\\.")) {
            value = value instanceof Map<?, ?> inner ? inner.get(step) : null;
        }
        Collection<?> names = value instanceof Collection<?> several
                ? several
                : value instanceof String one ? List.of(one) : List.of();
        return names.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(group -> !group.isBlank() && group.length() <= LONGEST_NAME)
                .limit(MOST_GROUPS)
                .map(this::group)
                .toList();
    }

    private Principal group(String group) {
        return new Principal(name() + "_group://" + group, true, group, "", name());
    }

    private static Map<String, List<String>> shown(Map<String, Object> claims) {
        Map<String, List<String>> shown = new TreeMap<>();
        claims.forEach((claim, value) -> {
            List<String> texts = new ArrayList<>();
            (value instanceof Collection<?> several ? several : Collections.singleton(value))
                    .forEach(each -> texts.add(String.valueOf(each)));
            shown.put(claim, texts);
        });
        return shown;
    }

    private static String firstOf(Map<String, Object> claims, String... names) {
        for (String name : names) {
            String text = text(claims, name);
            if (!text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    private static String text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text ? text : "";
    }

    @Override
    public Optional<SignedIn> refresh(String principalId, Optional<String> keepsake) {
        if (keepsake.isEmpty()) {
            throw DroverException.unavailable("The issuer gave nothing to ask again with");
        }
        return issuer.tokens(new RefreshTokenGrant(new RefreshToken(keepsake.get())))
                .map(response -> signedIn(response, Optional.empty(), keepsake))
                .filter(signedIn -> signedIn.user().id().equals(principalId));
    }

    /** One that it tells of wins; those that tell none are taken by their state alone (RFC 9207). */
    @Override
    public boolean isAnswerOf(String issuerTold) {
        return issuerTold.isEmpty() || issuerTold.equals(settings.issuer().toString());
    }

    @Override
    public void close() {
        issuer.close();
    }

    @Override
    public Optional<URI> signOut() {
        return issuer.lastPublished().map(OIDCProviderMetadata::getEndSessionEndpointURI);
    }

    @Override
    public Optional<String> sessionOf(SignedIn signedIn) {
        return signedIn.claims().getOrDefault("sid", List.of()).stream().findFirst();
    }

    @Override
    public EndedSession ended(String notice) {
        LogoutTokenClaimsSet told = logoutTokens.take(notice);
        return new EndedSession(
                Optional.ofNullable(told.getSubject()).map(subject -> name() + "_user://" + subject.getValue()),
                Optional.ofNullable(told.getSessionID()).map(SessionID::getValue));
    }

    /** An issuer tells of nobody before he signs in: whoever types a name or a group is taken at his word. */
    @Override
    public List<Principal> search(String text, Optional<Boolean> group, int limit) {
        String name = text.strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return List.of();
        }
        List<Principal> found = new ArrayList<>();
        if (!group.orElse(false)) {
            found.add(new Principal(name() + "_user://" + name, false, name, name, name()));
        }
        if (group.orElse(true) && settings.groupsAreFound()) {
            found.add(group(name));
        }
        return found;
    }

    @Override
    public Optional<Principal> find(String principalId) {
        String person = name() + "_user://";
        String group = name() + "_group://";
        if (principalId.startsWith(group)) {
            return Optional.of(group(principalId.substring(group.length())));
        }
        return principalId.startsWith(person)
                ? search(principalId.substring(person.length()), Optional.of(false), 1).stream()
                        .findFirst()
                : Optional.empty();
    }
}

package io.drover.plugin.auth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.net.OutboundHttp;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The provider's own side: what it publishes of itself, its tokens, and its keys. */
final class Issuer implements AutoCloseable {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(8);
    private static final int LARGEST_ANSWER = 512 * 1024;
    private static final Duration METADATA_GOOD_FOR = Duration.ofHours(1);
    private static final int CLOCK_SKEW_SECONDS = 60;

    /** Signatures by a key that only the provider has. Secrets that we share with it prove nothing, and none proves less. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final OidcSettings settings;
    private final OutboundHttp http;
    private volatile Published published;

    /** What it publishes, and where its keys come from; read anew after a while. */
    private record Published(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, Instant until) {}

    Issuer(OidcSettings settings) {
        this.settings = settings;
        this.http = new OutboundHttp(
                settings.certificate(),
                new HashSet<>(List.of(
                        settings.issuer().getHost(), settings.authEndpoint().getHost())),
                LONGEST_ANSWER,
                LARGEST_ANSWER);
    }

    @Override
    public void close() {
        http.close();
    }

    /** What was published last; empty if it was never asked for. */
    Optional<OIDCProviderMetadata> lastPublished() {
        return Optional.ofNullable(published).map(Published::metadata);
    }

    private Published published() {
        Published known = published;
        if (known == null || Instant.now().isAfter(known.until())) {
            known = read();
            published = known;
        }
        return known;
    }

    private Published read() {
        String base = settings.issuer().toString().replaceAll("/+$", "");
        OutboundHttp.Answer answer =
                http.send("GET", URI.create(base + "/.well-known/openid-configuration"), Map.of(), "");
        try {
            if (answer.status() != 200) {
                throw DroverException.unavailable(
                        "The issuer answers " + answer.status() + " when asked for its configuration");
            }
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(answer.text());
            if (!metadata.getIssuer().getValue().equals(settings.issuer().toString())) {
                throw DroverException.denied("The issuer says that it is another: "
                        + metadata.getIssuer().getValue());
            }
            JWKSource<SecurityContext> keys = JWKSourceBuilder.create(
                            metadata.getJWKSetURI().toURL(), url -> retrieve(URI.create(url.toString())))
                    .refreshAheadCache(false)
                    .build();
            return new Published(metadata, keys, Instant.now().plus(METADATA_GOOD_FOR));
        } catch (ParseException | MalformedURLException e) {
            throw new DroverException(
                    Fault.UNAVAILABLE, "The issuer publishes a configuration that can't be read: " + e.getMessage(), e);
        }
    }

    private Resource retrieve(URI address) throws IOException {
        try {
            OutboundHttp.Answer answer = http.send("GET", address, Map.of(), "");
            if (answer.status() != 200) {
                throw new IOException("it answers " + answer.status() + " when asked for its keys");
            }
            return new Resource(answer.text(), answer.header("content-type"));
        } catch (DroverException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Exchanges a code, or what an earlier exchange left.
     *
     * @return empty if it is wrong, used up or revoked
     */
    Optional<OIDCTokenResponse> tokens(AuthorizationGrant grant) {
        OIDCProviderMetadata metadata = published().metadata();
        HTTPResponse answer = send(request(metadata, grant).toHTTPRequest());
        try {
            TokenResponse response = OIDCTokenResponseParser.parse(answer);
            if (response.indicatesSuccess()) {
                return Optional.of((OIDCTokenResponse) response.toSuccessResponse());
            }
            ErrorObject error = response.toErrorResponse().getErrorObject();
            if ("invalid_grant".equals(error.getCode())) {
                return Optional.empty();
            }
            throw DroverException.unavailable("The issuer refuses: " + error.getCode());
        } catch (ParseException e) {
            throw new DroverException(Fault.UNAVAILABLE, "The issuer's tokens can't be read: " + e.getMessage(), e);
        }
    }

    private TokenRequest request(OIDCProviderMetadata metadata, AuthorizationGrant grant) {
        ClientID client = new ClientID(settings.clientId());
        Secret secret = new Secret(settings.clientSecret());
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean post = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(),
                        post ? new ClientSecretPost(client, secret) : new ClientSecretBasic(client, secret),
                        grant)
                .build();
    }

    private HTTPResponse send(HTTPRequest request) {
        Map<String, String> headers = request.getHeaderMap().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().get(0)));
        OutboundHttp.Answer answer = http.send(
                request.getMethod().name(),
                request.getURI(),
                headers,
                request.getBody() == null ? "" : request.getBody());
        HTTPResponse response = new HTTPResponse(answer.status());
        response.setHeader("Content-Type", answer.header("content-type"));
        response.setBody(answer.text());
        return response;
    }

    /**
     * Checks who signed it, for whom, when, and that it answers this sign-in.
     *
     * @param nonce null for a token that answers no sign-in
     * @throws DroverException {@code DENIED} if it can't be trusted
     */
    IDTokenClaimsSet verified(JWT token, Nonce nonce) {
        try {
            IDTokenValidator validator = new IDTokenValidator(
                    new com.nimbusds.oauth2.sdk.id.Issuer(settings.issuer()),
                    new ClientID(settings.clientId()),
                    new JWSVerificationKeySelector<>(ALGORITHMS, published().keys()),
                    null);
            validator.setMaxClockSkew(CLOCK_SKEW_SECONDS);
            return validator.validate(token, nonce);
        } catch (BadJOSEException e) {
            throw new DroverException(Fault.DENIED, "The issuer's token can't be trusted: " + e.getMessage(), e);
        } catch (JOSEException e) {
            throw new DroverException(Fault.UNAVAILABLE, "The issuer's keys can't be had: " + e.getMessage(), e);
        }
    }

    /**
     * Checks who signed it, for whom, that it is not too old, and that it says that a session is over and nothing else.
     *
     * @throws DroverException {@code REJECTED} if it can't be trusted
     */
    LogoutTokenClaimsSet verifiedLogout(JWT token) {
        try {
            return new LogoutTokenValidator(
                            new com.nimbusds.oauth2.sdk.id.Issuer(settings.issuer()),
                            new ClientID(settings.clientId()),
                            new JWSVerificationKeySelector<>(
                                    ALGORITHMS, published().keys()),
                            null)
                    .validate(token);
        } catch (BadJOSEException e) {
            throw new DroverException(Fault.REJECTED, "The logout token can't be trusted: " + e.getMessage(), e);
        } catch (JOSEException e) {
            throw new DroverException(Fault.UNAVAILABLE, "The issuer's keys can't be had: " + e.getMessage(), e);
        }
    }

    /** What it tells of the bearer of an access token; empty if it has no place for that. */
    Optional<Map<String, Object>> userInfo(AccessToken token) {
        URI endpoint = published().metadata().getUserInfoEndpointURI();
        if (endpoint == null) {
            return Optional.empty();
        }
        OutboundHttp.Answer answer =
                http.send("GET", endpoint, Map.of("Authorization", token.toAuthorizationHeader()), "");
        if (answer.status() != 200 || !answer.header("content-type").startsWith("application/json")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSONObjectUtils.parse(answer.text()));
        } catch (ParseException e) {
            throw new DroverException(Fault.UNAVAILABLE, "The issuer tells of the user what can't be read", e);
        }
    }
}

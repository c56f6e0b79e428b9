package io.drover.api.auth;

import io.drover.api.model.Token;
import io.drover.api.plane.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Signs people in and gives them tokens. May block for as long as a directory takes. */
@ProviderType
public interface SignIns {

    /** The ways to sign in that are there now. */
    List<IdentityProvider> providers();

    /**
     * Signs somebody in.
     *
     * @param remoteAddress counted against the limit of failed attempts of one source
     * @return empty if the credentials are wrong, or came too often
     * @throws io.drover.api.DroverException as {@link IdentityProvider#signIn}; {@code NOT_FOUND} for a provider that is not there
     */
    Optional<IssuedToken> signIn(
            String provider, Map<String, String> credentials, TokenRequest request, String remoteAddress);

    /** Gives a user another token; the caller has checked that he may have it. */
    IssuedToken issue(String userId, TokenRequest request);

    /** Sets a local user's password; {@code REJECTED} if it is too short or equals the user name. */
    void setPassword(String userId, String newPassword, boolean mustChange);

    /** Whether this is the local user's password now. */
    boolean passwordMatches(String userId, String password);

    /**
     * What a token is wanted for.
     *
     * @param kind {@code session}, {@code kubeconfig}, {@code ""} for one made through the API
     * @param ttl zero = never expires, as far as settings allow
     * @param clusterId only cluster it is good for; empty = all
     * @param derived whether it was made with another token
     */
    record TokenRequest(String kind, String description, Duration ttl, String clusterId, boolean derived) {}

    /**
     * A new token.
     *
     * @param value {@code name:secret}, to be told once and never stored
     */
    record IssuedToken(Resource<Token> token, String value) {
        @Override
        public String toString() {
            return "IssuedToken[" + token.name() + "]";
        }
    }
}

package io.drover.api.auth;

import io.drover.api.DroverException;
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
     * <p>A user with a second factor adds {@code mfaCode} to the credentials.
     *
     * @return empty if the credentials are wrong, or came too often
     * @throws io.drover.api.DroverException as {@link IdentityProvider#signIn}; {@code NOT_FOUND} for a provider that is not there; {@code
     *     UNAUTHENTICATED} with code {@code MFARequired} if the credentials are right and {@code mfaCode} is missing or wrong
     */
    Optional<IssuedToken> signIn(
            String provider, Map<String, String> credentials, TokenRequest request, String remoteAddress);

    /**
     * Ends what somebody got by a session with a provider that is over.
     *
     * @param notice as it came from the provider, or from anybody
     * @return names of the tokens that ended
     * @throws io.drover.api.DroverException as {@link TellsSessionEnds#ended}; {@code NOT_FOUND} for a provider that tells no such thing
     */
    default List<String> endSessions(String provider, String notice, String remoteAddress) {
        throw DroverException.notFound("The identity provider " + provider + " tells of no sessions");
    }

    /** Gives a user another token; the caller has checked that he may have it. */
    IssuedToken issue(String userId, TokenRequest request);

    /**
     * Gives somebody another token for the one he calls with: it ends when the provider ends that proved who he is.
     *
     * @param caller who has it made; the same who may have it
     */
    default IssuedToken issue(Caller caller, TokenRequest request) {
        return issue(caller.userId(), request);
    }

    /** As {@link #setPassword(String, String, boolean, Optional)}, and ends all of the user's sessions. */
    default void setPassword(String userId, String newPassword, boolean mustChange) {
        setPassword(userId, newPassword, mustChange, Optional.empty());
    }

    /**
     * Sets a local user's password and ends his sessions; tokens that were made on purpose stay.
     *
     * @param keptSession name of a session that goes on
     * @throws io.drover.api.DroverException {@code REJECTED} if it is too short or equals the user name
     */
    void setPassword(String userId, String newPassword, boolean mustChange, Optional<String> keptSession);

    /** Whether this is the local user's password now; false as well when it was asked too often with wrong ones. */
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

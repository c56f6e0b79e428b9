package io.drover.api.auth;

import io.drover.api.auth.IdentityProvider.SignedIn;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The identity providers of this installation: configured ones, and what they know of people. Calls may block for as long as a directory
 * takes, but for those that say otherwise.
 *
 * <p>Settings are the fields of a configuration by name. A secret in them is in clear or, if it was stored before, a reference to it.
 */
@ProviderType
public interface AuthProviders {

    /** Key of the credentials under which the code that a browser came back with is passed. */
    String CODE = "code";

    /** Key for the state that came with the code. */
    String STATE = "state";

    /** Key for the issuer that came with the code, if one did. */
    String ISSUER = "iss";

    /** Key for what {@link #redirect} was told of the browser. */
    String BROWSER = "browser";

    /** The kinds of providers that can be configured now. Answers from memory. */
    List<IdentityProviderFactory<?>> kinds();

    /** The enabled provider of that name, with its configuration; empty also while its plugin is away. Answers from memory. */
    Optional<IdentityProvider> enabled(String name);

    /**
     * Where to send a browser to sign in at an enabled provider; empty for one that has no pages of its own. Answers from memory.
     *
     * @param browser a secret that this browser alone shows again, in a cookie
     */
    Optional<URI> redirect(String provider, String browser);

    /** The same for a configuration that is not stored. */
    Optional<URI> redirect(String provider, Map<String, Object> settings, String browser);

    /**
     * Signs somebody in by a configuration that is not stored, and changes nothing.
     *
     * @return empty if the credentials are wrong
     * @throws io.drover.api.DroverException as {@link IdentityProviderFactory#open}, {@link IdentityProvider#signIn} and {@link
     *     RedirectSignIn#finish}
     */
    Optional<SignedIn> test(String provider, Map<String, Object> settings, Map<String, String> credentials);

    /**
     * Stores the secrets that are in clear in settings.
     *
     * @param complete whether they must be all that a provider needs
     * @return the settings with references in the place of secrets
     * @throws io.drover.api.DroverException {@code REJECTED} with the field that can't be right
     */
    Map<String, Object> seal(String provider, Map<String, Object> settings, boolean complete);

    /** Lets a user be known by this principal as well; {@code CONFLICT} if somebody else is. */
    void link(String userId, SignedIn signedIn);

    /**
     * The same for whoever these credentials prove at an enabled provider; empty if they are wrong.
     *
     * @param source address of whoever asks, against guessing
     */
    Optional<Principal> link(String userId, String provider, Map<String, String> credentials, String source);

    /** Whom all enabled providers find, those of one that does not answer in time left out. */
    List<Principal> search(String text, Optional<Boolean> group);

    Optional<Principal> find(String principalId);

    /** Asks the providers again for a user's groups; in the background, within seconds. */
    void refresh(String userId);

    /** The same for all users with a token. */
    void refreshAll();
}

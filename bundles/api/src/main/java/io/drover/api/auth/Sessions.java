package io.drover.api.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Ends tokens before their time; whatever lives by one ends within a second. May block. */
@ProviderType
public interface Sessions {

    /**
     * Revokes tokens.
     *
     * @return their names
     */
    List<String> revoke(Which which);

    /**
     * Tokens that are meant: those for which all of this holds.
     *
     * @param userId whose they are; empty = anybody's
     * @param signedInOnly whether only those are meant that somebody got by signing in, and none that was made on purpose
     * @param madeBefore only what is older; empty = of any age
     * @param except name of a token that is kept; empty = none is
     */
    record Which(Optional<String> userId, boolean signedInOnly, Optional<Instant> madeBefore, Optional<String> except) {

        /** All that a user got by signing in. */
        public static Which sessionsOf(String userId) {
            return new Which(Optional.of(userId), true, Optional.empty(), Optional.empty());
        }

        public static Which allOf(String userId) {
            return new Which(Optional.of(userId), false, Optional.empty(), Optional.empty());
        }

        public Which keeping(Optional<String> token) {
            return new Which(userId, signedInOnly, madeBefore, token);
        }
    }
}

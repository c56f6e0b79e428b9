package io.drover.api.auth;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one door through which identity comes in. The listener asks it for every request before anything else looks at it.
 *
 * <p>Calls answer from memory, never block, and may come from any thread.
 */
@ProviderType
public interface Callers {

    /** Finds out who sent a request. */
    Identity identify(RequestHead request);

    /**
     * Whether somebody whose request was refused may be known in a moment: he shows a token that another process may have made just now.
     *
     * @return when it is worth asking again, within seconds; empty if it is not
     */
    default Optional<CompletionStage<Void>> soon(RequestHead refused) {
        return Optional.empty();
    }

    /**
     * Calls {@code ended} once, within a second, when the caller's token is revoked or expires, his user is disabled or deleted, or he
     * may no longer do what {@code right} asks. For requests that live long: watches, execs, sockets.
     *
     * @param right what the request lives by; empty if the token alone
     * @return to close when the request ended by itself
     */
    Standing whileAllowed(Caller caller, Optional<Question> right, Runnable ended);

    /** The caller with the groups that his user has now. */
    default Caller current(Caller caller) {
        return caller;
    }

    /** To be closed when the request is over; closing never fails. */
    @ProviderType
    interface Standing extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * The part of a request that identity is read from.
     *
     * @param path raw path
     * @param headers all values of a header, by its name in any case
     */
    record RequestHead(
            String method, String path, String query, Function<String, List<String>> headers, String remoteAddress) {}

    /** What was found out. */
    sealed interface Identity {
        record Known(Caller caller) implements Identity {}

        /** No credentials were sent. */
        record Anonymous() implements Identity {}

        /** Credentials were sent and are not good: unknown, expired, revoked, malformed, out of scope. */
        record Refused(String reason) implements Identity {}

        /**
         * The credentials are good, but not for this request: a browser sent it for a foreign site, or their user has to do something
         * else first. To be answered with 403.
         */
        record Forbidden(String reason) implements Identity {}
    }
}

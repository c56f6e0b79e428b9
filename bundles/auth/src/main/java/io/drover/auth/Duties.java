package io.drover.auth;

import io.drover.api.auth.Callers.RequestHead;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a local user has to do before his session is good for anything else: change a password that somebody else gave him, or enrol a
 * second factor. Tokens that were made on purpose go on.
 */
final class Duties {

    /** What leads to having done it: finding the API, oneself and the actions, and leaving. */
    private static final Set<String> READABLE = Set.of("/v3", "/v3/schemas", "/v3/users", "/v3/tokens");

    private static final Pattern DOING =
            Pattern.compile("(?:^|&)action=(?:changepassword|enrolmfa|confirmmfa|logout|logoutAll)(?:&|$)");

    private final Settings settings;
    private final MfaPolicy mfa;

    Duties(Settings settings, MfaPolicy mfa) {
        this.settings = settings;
        this.mfa = mfa;
    }

    /** What he has to do, in words for himself. */
    Optional<String> open(UserState user) {
        if (user.mustChangePassword() && settings.passwordChangeIsForced()) {
            return Optional.of("the password has to be changed first: POST /v3/users?action=changepassword");
        }
        if (!user.hasSecondFactor() && mfa.isRequiredOf(user)) {
            return Optional.of("a second factor has to be enrolled first: POST /v3/users?action=enrolmfa");
        }
        return Optional.empty();
    }

    /** Whether a request belongs to doing it. */
    static boolean isOnTheWay(RequestHead request) {
        if (request.method().equals("GET")) {
            return READABLE.contains(request.path());
        }
        return request.method().equals("POST")
                && (request.path().equals("/v3/users") || request.path().equals("/v3/tokens"))
                && DOING.matcher(request.query()).find()
                && request.query().indexOf("action=") == request.query().lastIndexOf("action=");
    }
}

package io.drover.api.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody whose identity is proved.
 *
 * @param userId name of the {@code User} object, never the login name; {@link #SYSTEM} is Drover itself
 * @param groups principals of the groups, and {@code system:authenticated}, {@code system:cattle:authenticated}
 * @param extra what goes down as {@code Impersonate-Extra-…}: keys in lower case
 * @param token name of the token that proved it; empty within the process
 * @param secondFactor whether that token was got by signing in with a second factor
 */
public record Caller(
        String userId,
        List<String> groups,
        Map<String, List<String>> extra,
        Optional<String> token,
        boolean secondFactor) {

    /** Request attribute under which the listener hands the caller to servlets. */
    public static final String ATTRIBUTE = "io.drover.caller";

    /** Drover itself, with all rights, inside the process. */
    public static final Caller SYSTEM =
            new Caller("system:drover", List.of("system:masters", "system:authenticated"), Map.of(), Optional.empty());

    public Caller {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** Somebody of whom no second factor is known. */
    public Caller(String userId, List<String> groups, Map<String, List<String>> extra, Optional<String> token) {
        this(userId, groups, extra, token, false);
    }

    public boolean isSystem() {
        return userId.equals(SYSTEM.userId());
    }
}

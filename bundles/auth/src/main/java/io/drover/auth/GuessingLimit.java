package io.drover.auth;

import java.time.Clock;
import java.time.Duration;

/**
 * How often passwords may be guessed: few times for one user by one source, more by one source for all users, and more still for one user
 * by all sources, with short pauses, so that strangers can't lock a user out.
 */
final class GuessingLimit {

    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

    private final Attempts ofUserBySource;
    private final Attempts ofSource;
    private final Attempts ofUser;

    GuessingLimit(Clock clock) {
        ofUserBySource = new Attempts(clock, 5, Duration.ofMinutes(1), FORGOTTEN_AFTER);
        ofSource = new Attempts(clock, 30, Duration.ofMinutes(5), FORGOTTEN_AFTER);
        ofUser = new Attempts(clock, 50, Duration.ofSeconds(5), FORGOTTEN_AFTER);
    }

    boolean mayTry(String user, String source) {
        return ofSource.isOpen(source) && ofUserBySource.isOpen(both(user, source)) && ofUser.isOpen(user);
    }

    void failed(String user, String source) {
        ofSource.failed(source);
        ofUserBySource.failed(both(user, source));
        ofUser.failed(user);
    }

    void succeeded(String user, String source) {
        ofUserBySource.succeeded(both(user, source));
        ofUser.succeeded(user);
    }

    private static String both(String user, String source) {
        return source + " " + user;
    }
}

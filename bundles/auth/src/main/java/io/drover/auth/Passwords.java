package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.PasswordHasher;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Rules for new passwords, and hashing of a few at a time. */
final class Passwords {

    /** More would only be work for whoever has to hash it. */
    static final int LONGEST = 512;

    private static final int AT_ONCE = 2;
    private static final long LONGEST_WAIT_SECONDS = 30;

    private final Supplier<Optional<PasswordHasher>> hasher;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    Passwords(Supplier<Optional<PasswordHasher>> hasher) {
        this.hasher = hasher;
    }

    static void check(String username, String password, int shortest) {
        if (password == null || password.codePointCount(0, password.length()) < shortest) {
            throw invalid("Password must be at least " + shortest + " characters");
        }
        if (password.length() > LONGEST) {
            throw invalid("Password must be at most " + LONGEST + " characters");
        }
        if (password.equalsIgnoreCase(username)) {
            throw invalid("Password must differ from the user name");
        }
    }

    String hash(String password) {
        return withPlace(h -> h.hash(password));
    }

    boolean matches(String hash, String password) {
        return password != null && password.length() <= LONGEST && withPlace(h -> h.matches(hash, password));
    }

    private <T> T withPlace(Function<PasswordHasher, T> work) {
        PasswordHasher present = hasher.get()
                .orElseThrow(() -> DroverException.unavailable("No way to sign in with a password is installed"));
        try {
            if (!places.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw DroverException.unavailable("Too many passwords are being checked; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DroverException(Fault.UNAVAILABLE, "Interrupted while waiting to check a password", e);
        }
        try {
            return work.apply(present);
        } finally {
            places.release();
        }
    }

    private static DroverException invalid(String message) {
        return DroverException.invalid("InvalidBodyContent", null, message);
    }
}

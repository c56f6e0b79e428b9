package io.drover.auth;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where second factors are kept. May block. */
interface MfaVault {

    Optional<Factor> read(String userId);

    /** Reads, changes and writes; again from the start when somebody else wrote meanwhile. What {@code change} throws is passed on. */
    void change(String userId, UnaryOperator<Factor> change);

    void forget(String userId);

    /**
     * A user's second factor.
     *
     * @param secret base 32; empty while none is in force
     * @param pending a secret that is not in force yet; empty when there is none
     * @param lastStep step of the last code that was taken
     * @param recovery hashes of the codes that are left
     */
    record Factor(String secret, String pending, long lastStep, List<String> recovery) {

        static final Factor NONE = new Factor("", "", 0, List.of());

        public Factor {
            recovery = List.copyOf(recovery);
        }

        boolean isInForce() {
            return !secret.isEmpty();
        }

        @Override
        public String toString() {
            return "Factor[…]";
        }
    }
}

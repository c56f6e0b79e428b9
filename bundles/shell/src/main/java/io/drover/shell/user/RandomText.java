package io.drover.shell.user;

import java.security.SecureRandom;

/** Ids and first passwords: no vowels, no look-alikes. */
final class RandomText {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int PASSWORD_LENGTH = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomText() {}

    static String password() {
        return letters("", PASSWORD_LENGTH);
    }

    static String letters(String prefix, int count) {
        StringBuilder text = new StringBuilder(prefix);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}

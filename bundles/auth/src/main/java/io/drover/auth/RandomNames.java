package io.drover.auth;

import java.security.SecureRandom;

/** Secrets and endings of names: no vowels, so no words, and no letters that look alike. */
final class RandomNames {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SECRET_LENGTH = 54;
    private static final int ENDING_LENGTH = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomNames() {}

    static String secret() {
        return letters(SECRET_LENGTH);
    }

    static String endingFor(String prefix) {
        return prefix + letters(ENDING_LENGTH);
    }

    static String letters(int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }
}

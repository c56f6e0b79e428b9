package io.drover.api;

import java.security.SecureRandom;

/** Secrets, first passwords and endings of names: no vowels, so no words, and no characters that look alike. */
public final class RandomText {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SECRET_LENGTH = 54;
    private static final int PASSWORD_LENGTH = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomText() {}

    /** Of a token, or of a cluster's registration. */
    public static String secret() {
        return letters(SECRET_LENGTH);
    }

    /** That somebody reads and types once, before he chooses his own. */
    public static String password() {
        return letters(PASSWORD_LENGTH);
    }

    public static String letters(int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }
}

package io.drover.rest;

import java.security.SecureRandom;

/** The endings of names that are made here. */
final class RandomText {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomText() {}

    static String of(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}

package io.drover.testbed;

/** Tells whoever watches what is being done, on standard error. */
final class Progress {

    private Progress() {}

    static void say(String line) {
        System.err.println("testbed: " + line);
    }
}

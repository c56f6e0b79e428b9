package io.drover.wire;

import java.io.Closeable;
import java.io.IOException;

/** Closes what is given up anyway. */
final class Quietly {

    private Quietly() {}

    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // nothing more can be done about it, and nobody waits for it
        }
    }
}

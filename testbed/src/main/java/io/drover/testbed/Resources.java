package io.drover.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that this program carries. */
final class Resources {

    private Resources() {}

    static byte[] read(String name) {
        try (InputStream content = Resources.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException("This program was packed without " + name);
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

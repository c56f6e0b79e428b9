package io.drover.apiserver;

import io.drover.api.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file's first line. */
final class Passphrase {

    private Passphrase() {}

    static char[] in(Path file) {
        try (var lines = Files.lines(file)) {
            String first = lines.findFirst().orElse("").strip();
            if (first.isEmpty()) {
                throw DroverException.rejected("The file " + file + " holds no passphrase");
            }
            return first.toCharArray();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw DroverException.rejected("The file " + file + ", which should hold a passphrase, can't be read");
        }
    }
}

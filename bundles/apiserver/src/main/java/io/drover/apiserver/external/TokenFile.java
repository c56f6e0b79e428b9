package io.drover.apiserver.external;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** A pod's token, which the kubelet replaces now and then, by another file in its place. */
final class TokenFile {

    private record Stamp(Object file, FileTime written, long size) {}

    private final Path file;
    private String token;
    private Stamp stamp;

    TokenFile(Path file) {
        this.file = file;
    }

    /** The token that counts now. Costs a look at the file's attributes. */
    synchronized String read() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp now = new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            if (!now.equals(stamp)) {
                token = Files.readString(file).strip();
                stamp = now;
            }
        } catch (IOException e) {
            if (token == null) {
                throw new UncheckedIOException("The pod's token can't be read", e);
            }
            // It is being replaced, and the old one still counts for a while.
        }
        return token;
    }
}

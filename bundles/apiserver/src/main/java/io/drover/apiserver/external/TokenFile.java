package io.drover.apiserver.external;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A pod's token, which the kubelet replaces now and then. */
final class TokenFile {

    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path file;
    private String token;
    private long readAt;

    TokenFile(Path file) {
        this.file = file;
    }

    synchronized String read() {
        if (token == null || System.nanoTime() - readAt > KEEP_NANOS) {
            try {
                token = Files.readString(file).strip();
                readAt = System.nanoTime();
            } catch (IOException e) {
                throw new UncheckedIOException("The pod's token can't be read", e);
            }
        }
        return token;
    }
}

package io.drover.itests;

import java.nio.file.Path;

/** The small programs around the real remotedialer in {@code itests/go/remotedialer}: {@code client} and {@code server}. */
final class RemotedialerPrograms {

    private RemotedialerPrograms() {}

    /** The folder with both. Skips the calling test, with the reason, where there is no Go. */
    static Path build() {
        return GoPrograms.build("remotedialer", "./client", "./server");
    }
}

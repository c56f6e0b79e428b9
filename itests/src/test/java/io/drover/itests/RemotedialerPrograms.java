package io.drover.itests;

import java.nio.file.Path;

/** The small programs around the real remotedialer in {@code itests/go/remotedialer}: {@code client} and {@code server}. */
final class RemotedialerPrograms {

    private RemotedialerPrograms() {}

    /** The folder with both. */
    static Path build() {
        return GoPrograms.build("remotedialer", "./client", "./server");
    }
}

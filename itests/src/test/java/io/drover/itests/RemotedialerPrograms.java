package io.drover.itests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.testbed.Parts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The small programs around the real remotedialer in {@code itests/go/remotedialer}: {@code client} and {@code server}. */
final class RemotedialerPrograms {

    private RemotedialerPrograms() {}

    /** The folder with both. Skips the calling test, with the reason, where there is no Go. */
    static Path build() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
        assumeTrue(found, "This machine lacks Go, which the real remotedialer is built with: https://go.dev/dl");
        return Parts.goPrograms(Distribution.SOURCES.resolve("itests/go/remotedialer"), "./client", "./server");
    }
}

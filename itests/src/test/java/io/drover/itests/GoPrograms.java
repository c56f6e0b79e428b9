package io.drover.itests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.testbed.Parts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The programs in {@code itests/go}: what real libraries that are written in Go do when they meet ours. */
final class GoPrograms {

    private GoPrograms() {}

    /** The folder with the programs of a module. Skips the calling test, with the reason, where there is no Go. */
    static Path build(String module, String... packages) {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
        assumeTrue(found, "This machine lacks Go, which the libraries we meet are built with: https://go.dev/dl");
        return Parts.goPrograms(Distribution.SOURCES.resolve("itests/go").resolve(module), packages);
    }
}

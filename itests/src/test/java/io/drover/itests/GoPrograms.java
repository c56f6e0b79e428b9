package io.drover.itests;

import io.drover.testbed.Parts;
import java.nio.file.Path;

/** The programs in {@code itests/go}: what real libraries that are written in Go do when they meet ours. */
final class GoPrograms {

    private GoPrograms() {}

    /** The folder with the programs of a module. */
    static Path build(String module, String... packages) {
        return Parts.goPrograms(Distribution.SOURCES.resolve("itests/go").resolve(module), packages);
    }
}

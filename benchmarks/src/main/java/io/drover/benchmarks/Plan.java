package io.drover.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How long to measure, and where things are.
 *
 * @param root of the work tree
 * @param folder empty, for whatever the run leaves
 * @param isQuick whether it is enough to see that everything works
 * @param rounds that count, after one that does not
 * @param roundTime of one contender in one round
 * @param warmUp of each contender with few connections and with many, before the first round: a JVM that has just started is another
 *     program
 */
record Plan(Path root, Path folder, boolean isQuick, int rounds, Duration roundTime, Duration warmUp) {

    static Plan of(boolean quick, Path root, Path folder) {
        return quick
                ? new Plan(root, folder, true, 2, Duration.ofSeconds(2), Duration.ofSeconds(2))
                : new Plan(root, folder, false, 4, Duration.ofSeconds(6), Duration.ofSeconds(15));
    }
}

package io.drover.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code java -cp … io.drover.benchmarks.Benchmarks [--quick] [--root DIR] [--results FILE] [way|tunnels]…}: runs suites and writes the table. */
public final class Benchmarks {

    private static final List<String> SUITES = List.of("way", "tunnels");

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        Path results = null;
        boolean quick = false;
        List<String> suites = new java.util.ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--root" -> root = Path.of(arguments[++i]).toAbsolutePath();
                case "--results" -> results = Path.of(arguments[++i]);
                default -> {
                    if (!SUITES.contains(arguments[i])) {
                        System.err.println("Unknown suite " + arguments[i] + "; there are " + SUITES
                                + ". Options: --quick, --root DIR, --results FILE");
                        System.exit(2);
                    }
                    suites.add(arguments[i]);
                }
            }
        }
        int rounds = quick ? 2 : 6;
        Duration roundTime = Duration.ofSeconds(quick ? 3 : 6);
        Path folder = Files.createTempDirectory("drover-benchmarks");
        Report report = new Report();
        if (suites.isEmpty() || suites.contains("way")) {
            new WholeWay(root, Files.createDirectories(folder.resolve("way")), rounds, roundTime).run(report);
        }
        if (results != null) {
            report.write(
                    results,
                    "Side by side on one machine of " + Runtime.getRuntime().availableProcessors()
                            + " cores that also ran the load; read the ratios, not the figures.");
        }
    }
}

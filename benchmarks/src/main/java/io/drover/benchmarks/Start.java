package io.drover.benchmarks;

import static io.drover.benchmarks.Report.number;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How long a server takes until it is ready, and what it holds when nobody wants anything of it. */
final class Start {

    private static final String COLD = "cold";
    private static final String WARM = "warm";

    private final Plan plan;

    Start(Plan plan) {
        this.plan = plan;
    }

    void run(Report report) throws Exception {
        report.section(
                "Start",
                "`drover run --background` until it returns, that is until `/readyz` answers 200: cold with a fresh data folder, warm"
                        + " with one that was used before. Resident memory once it has not changed for 20 s, a minute or more after the"
                        + " start.");
        Path warm = plan.folder().resolve("warm");
        // Builds what is missing, and makes the folder that warm starts use.
        Drover.start(plan.root(), warm).close();
        int[] fresh = {0};
        Comparison seconds = Comparison.run(List.of(COLD, WARM), Math.min(plan.rounds(), 3), which -> {
            Path data = which.equals(WARM) ? warm : plan.folder().resolve("cold-" + fresh[0]++);
            long before = System.nanoTime();
            try (Drover drover = Drover.start(plan.root(), data)) {
                return (drover.readyAt() - before) / 1e9;
            }
        });
        double idle;
        try (Drover drover = Drover.start(plan.root(), warm)) {
            idle = Processes.steadyResidentMiB(drover.pid(), Duration.ofMinutes(1));
        }
        report.table(
                List.of("cold start, s", "warm start, s", "warm to cold", "idle, MiB resident"),
                List.of(List.of(
                        number(seconds.median(COLD)),
                        number(seconds.median(WARM)),
                        seconds.ratio(WARM, COLD).toString(),
                        number(idle))));
        report.atMost("server ready, cold", 15, seconds.median(COLD), " s");
        report.atMost("server, resident when idle", 500, idle, " MiB");
    }
}

package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Runs suites, one after the other, and prints their tables; {@code benchmarks/run --help} tells how. */
public final class Benchmarks {

    private static final List<String> SUITES = List.of("tunnels", "way", "start", "plane", "decisions");

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        Path results = null;
        boolean quick = false;
        List<String> suites = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--root" -> root = Path.of(arguments[++i]).toAbsolutePath();
                case "--results" -> results = Path.of(arguments[++i]);
                default -> {
                    if (!SUITES.contains(arguments[i])) {
                        System.err.println("There is no suite " + arguments[i] + "; there are " + SUITES);
                        System.exit(2);
                    }
                    suites.add(arguments[i]);
                }
            }
        }
        Tools.prepare();
        Path folder = Files.createTempDirectory("drover-benchmarks");
        System.out.println("Logs and configurations are in " + folder);
        String introduction = introduction(Plan.of(quick, root, folder));
        Report report = new Report();
        for (String suite : suites.isEmpty() ? SUITES : suites) {
            Plan plan = Plan.of(quick, root, Files.createDirectories(folder.resolve(suite)));
            switch (suite) {
                case "tunnels" -> new Tunnels(plan).run(report);
                case "way" -> new WholeWay(plan).run(report);
                case "plane" -> new Planes(plan).run(report);
                case "decisions" -> new Decisions(plan).run(report);
                default -> new Start(plan).run(report);
            }
        }
        if (results != null) {
            report.write(results, introduction);
        }
    }

    private static String introduction(Plan plan) throws IOException, InterruptedException {
        return """
                Measured on %s on one machine that also ran the load and the back ends: %d cores, %s, Linux %s; load average at the
                start %s. %s. Peers: %s.

                Everything in a table was measured in turn, in %d rounds of %d s a contender, there and back again (A B C, C B A, …)
                after twice %d s of load on each and a round that was thrown away. A figure is the median of the rounds; a ratio is the median of the rounds' ratios,
                with the least and the greatest of them. Read the ratios: the figures belong to this machine.
                """
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("os.version"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
                        "Java " + Runtime.version(),
                        String.join("; ", Tools.versions(plan.root())),
                        plan.rounds(),
                        plan.roundTime().toSeconds(),
                        plan.warmUp().toSeconds());
    }

    private static String memory() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> Math.round(Long.parseLong(line.replaceAll("\\D", "")) / 1024.0 / 1024) + " GiB")
                .findFirst()
                .orElse("");
    }
}

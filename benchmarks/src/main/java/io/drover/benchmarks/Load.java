package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of {@code wrk} against one address.
 *
 * @param p95Millis NaN unless the target's script prints it
 */
record Load(double requestsPerSecond, double p50Millis, double p95Millis, double p99Millis) {

    static final Load NONE = new Load(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern PERCENTILE = Pattern.compile("(?m)^\\s+(50|95|99)%\\s+([0-9.]+)(us|ms|s|m)\\s*$");
    private static final Pattern FAILURES =
            Pattern.compile("(?m)^\\s*(Non-2xx or 3xx responses: \\d+|Socket errors: .*)$");

    /** Keeps {@code connections} busy for {@code duration}; a failed request fails the run. */
    static Load run(Target target, int connections, Duration duration) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t1", "-c" + connections, "-d" + duration.toSeconds() + "s", "--timeout", "10s", "--latency"));
        target.headers().forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
        target.script().ifPresent(script -> command.addAll(List.of("-s", script.toString())));
        command.add(target.url());
        return parse(Processes.output(command, duration.plusSeconds(30)));
    }

    static Load parse(String report) {
        Matcher failures = FAILURES.matcher(report);
        if (failures.find()) {
            throw new IllegalStateException("The load was not all answered: " + failures.group(1));
        }
        Matcher rate = RATE.matcher(report);
        if (!rate.find()) {
            throw new IllegalStateException("wrk reported no rate: " + report);
        }
        Map<String, Double> millis = new HashMap<>();
        Matcher percentile = PERCENTILE.matcher(report);
        while (percentile.find()) {
            millis.put(percentile.group(1), millis(Double.parseDouble(percentile.group(2)), percentile.group(3)));
        }
        return new Load(
                Double.parseDouble(rate.group(1)),
                millis.getOrDefault("50", Double.NaN),
                millis.getOrDefault("95", Double.NaN),
                millis.getOrDefault("99", Double.NaN));
    }

    private static double millis(double value, String unit) {
        return switch (unit) {
            case "us" -> value / 1_000;
            case "ms" -> value;
            case "s" -> value * 1_000;
            default -> value * 60_000;
        };
    }

    /**
     * What is called.
     *
     * @param headers that go with each request
     * @param script in Lua, which makes the requests; none for plain GETs
     */
    record Target(String name, String url, Map<String, String> headers, Cpu cpu, Optional<Path> script) {
        Target(String name, String url, Map<String, String> headers, Cpu cpu) {
            this(name, url, headers, cpu, Optional.empty());
        }
    }

    /** What a target's processes have used of the processors so far. */
    interface Cpu {
        /** For targets whose processes are not ours to look at. */
        Cpu UNKNOWN = () -> 0;

        long nanos() throws IOException, InterruptedException;
    }
}

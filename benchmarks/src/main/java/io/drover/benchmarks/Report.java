package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables of one run, in the order they were measured, as Markdown; before them the targets, met or not. */
final class Report {

    private final StringBuilder text = new StringBuilder();
    private final List<List<String>> targets = new ArrayList<>();

    void section(String title, String what) {
        text.append("\n## ").append(title).append("\n\n").append(what).append("\n");
        System.out.println("\n== " + title);
    }

    void table(List<String> head, List<List<String>> rows) {
        text.append("\n").append(table(head, rows, new StringBuilder()));
        System.out.print(table(head, rows, new StringBuilder()));
    }

    void atLeast(String what, double target, double figure, String unit) {
        target(what, "≥ " + number(target) + unit, figure, unit, figure >= target);
    }

    void atMost(String what, double target, double figure, String unit) {
        target(what, "≤ " + number(target) + unit, figure, unit, figure <= target);
    }

    /** A figure as tables show it: three digits that count. */
    static String number(double figure) {
        if (Double.isNaN(figure)) {
            return "failed";
        }
        int decimals = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", figure);
    }

    void write(Path file, String introduction) throws IOException {
        StringBuilder all = new StringBuilder("# Results\n\n").append(introduction);
        if (!targets.isEmpty()) {
            all.append("\n## Targets\n\n");
            table(List.of("what", "target", "measured", "met"), targets, all);
        }
        Files.writeString(file, all.append(text));
    }

    private void target(String what, String wanted, double figure, String unit, boolean met) {
        String measured = number(figure) + (Double.isNaN(figure) ? "" : unit);
        targets.add(List.of(what, wanted, measured, met ? "yes" : "**no**"));
        System.out.println((met ? "met      " : "NOT MET  ") + what + ": " + measured + ", wanted " + wanted);
    }

    private static StringBuilder table(List<String> head, List<List<String>> rows, StringBuilder to) {
        row(head, to);
        row(head.stream().map(column -> "---").toList(), to);
        rows.forEach(row -> row(row, to));
        return to;
    }

    private static void row(List<String> cells, StringBuilder to) {
        to.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tables of one run, in the order they were measured, as Markdown. */
final class Report {

    private final StringBuilder text = new StringBuilder();

    void section(String title, String what) {
        text.append("\n## ").append(title).append("\n\n").append(what).append("\n");
        System.out.println("== " + title);
    }

    void table(List<String> head, List<List<String>> rows) {
        text.append("\n");
        row(head);
        row(new ArrayList<>(head).stream().map(column -> "---").toList());
        rows.forEach(this::row);
    }

    private void row(List<String> cells) {
        String line = "| " + String.join(" | ", cells) + " |";
        text.append(line).append("\n");
        System.out.println(line);
    }

    void write(Path file, String introduction) throws IOException {
        Files.writeString(file, "# Results\n\n" + introduction + "\n" + text);
    }
}

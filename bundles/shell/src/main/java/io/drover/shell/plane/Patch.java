package io.drover.shell.plane;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A JSON patch as people read it. */
final class Patch {

    private static final int LONGEST_VALUE = 200;
    private static final int NAMED = 3;

    private Patch() {}

    /** A line for each operation: {@code + /a = 1}, {@code ~ /a = 2}, {@code - /a}. */
    static void print(JsonNode patch, String indent, PrintStream out) {
        for (JsonNode operation : patch) {
            String sign =
                    switch (operation.path("op").asText()) {
                        case "add" -> "+";
                        case "remove" -> "-";
                        default -> "~";
                    };
            String value = operation.has("value") ? " = " + shortened(operation.get("value")) : "";
            out.println(indent + sign + " " + Text.cell(operation.path("path").asText()) + value);
        }
    }

    private static String shortened(JsonNode value) {
        String text = Text.cell(value.toString());
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }

    /** What it touches, in a few words. */
    static String summary(JsonNode patch) {
        List<String> paths = new ArrayList<>();
        patch.forEach(operation -> paths.add(operation.path("path").asText()));
        String first = String.join(" ", paths.subList(0, Math.min(NAMED, paths.size())));
        return Text.cell(paths.size() <= NAMED ? first : first + " and " + (paths.size() - NAMED) + " more");
    }
}

package io.drover.shell.plane;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.shell.Text;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(
        scope = "drover",
        name = "history",
        description =
                "Shows who changed an object of the management plane, when, from where and what; also of one that is gone.")
public final class ShowHistory extends ObjectCommand {

    @Option(name = "--limit", description = "How many of the latest changes")
    int limit = 20;

    @Option(name = "--patch", description = "Shows each change in full")
    boolean patch;

    @Override
    public void run(PrintStream out) {
        JsonNode history = path().get("/history?limit=" + Math.max(1, limit));
        if (patch) {
            history.path("items").forEach(step -> {
                out.println(String.join(
                        "  ",
                        text(step, "revision"),
                        text(step, "time"),
                        text(step, "change"),
                        "by " + text(step, "user"),
                        text(step, "sourceAddress"),
                        text(step, "verb")));
                Patch.print(step.path("patch"), "  ", out);
            });
        } else {
            table(history).print(out);
        }
        if (history.at("/metadata/continue").isTextual()) {
            out.println("There is more: --limit " + 2 * limit);
        }
    }

    private static ShellTable table(JsonNode history) {
        ShellTable table = new ShellTable();
        table.column("Revision").alignRight();
        table.column("Time");
        table.column("User");
        table.column("From");
        table.column("Request");
        table.column("Change");
        table.column("What");
        history.path("items").forEach(step -> table.addRow()
                .addContent(
                        text(step, "revision"),
                        text(step, "time"),
                        text(step, "user"),
                        text(step, "sourceAddress"),
                        text(step, "verb"),
                        text(step, "change"),
                        text(step, "change").equals("changed") ? Patch.summary(step.path("patch")) : ""));
        return table;
    }

    private static String text(JsonNode step, String field) {
        return Text.cell(step.path(field).asText());
    }
}

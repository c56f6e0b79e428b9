package io.drover.shell.plane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "diff",
        description = "Shows how an object of the management plane differs between two moments.")
public final class ShowDifference extends ObjectCommand {

    @Argument(index = 2, name = "from", description = "Revision, or time such as 2026-01-31T12:00:00Z", required = true)
    String from;

    @Argument(index = 3, name = "to", description = "The same; without it, now")
    String to;

    @Override
    public void run(PrintStream out) {
        JsonNode difference = path().get("/history?from=" + ObjectPath.encoded(from)
                + (to == null ? "" : "&to=" + ObjectPath.encoded(to)));
        String change = difference.path("change").asText();
        if (!change.equals("changed")) {
            out.println("It was " + change);
        } else if (difference.path("patch").isEmpty()) {
            out.println("Nothing differs");
        }
        Patch.print(difference.path("patch"), "", out);
    }
}

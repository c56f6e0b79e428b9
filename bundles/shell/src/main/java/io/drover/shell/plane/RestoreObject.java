package io.drover.shell.plane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "restore",
        description =
                "Makes an object of the management plane what it was, by an ordinary write; its status follows by itself.")
public final class RestoreObject extends ObjectCommand {

    /** What the server decides. */
    private static final List<String> NOT_RESTORED = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields");

    @Argument(
            index = 2,
            name = "as-of",
            description = "Revision, or time such as 2026-01-31T12:00:00Z",
            required = true)
    String asOf;

    @Option(name = "--dry-run", description = "Only says whether it could be written")
    boolean dryRun;

    @Override
    public void run(PrintStream out) {
        ObjectPath path = path();
        ObjectNode object = (ObjectNode) path.get("?asOf=" + ObjectPath.encoded(asOf));
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        String revision = metadata.path("resourceVersion").asText();
        metadata.remove(NOT_RESTORED);
        String query = "?fieldManager=drover-restore" + (dryRun ? "&dryRun=All" : "");
        Optional<JsonNode> current = path.current();
        if (current.isEmpty()) {
            path.create(object, query);
        } else {
            // Whoever changes it meanwhile is not overwritten.
            metadata.set("resourceVersion", current.get().at("/metadata/resourceVersion"));
            path.replace(object, query);
        }
        out.println((dryRun ? "Could be " : "") + (current.isEmpty() ? "created anew" : "changed back")
                + " to what it was at revision " + revision);
    }
}

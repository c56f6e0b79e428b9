package io.drover.shell.user;

import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "user", name = "enable", description = "Enables users that were disabled.")
public final class EnableUsers extends DroverCommand {

    @Argument(name = "users", description = "Names or ids", required = true, multiValued = true)
    @Completion(UserNames.class)
    List<String> users;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        Enabling.set(plane, users, true).forEach(id -> out.println("Enabled " + id));
    }
}

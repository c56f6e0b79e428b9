package io.drover.shell.user;

import io.drover.api.RandomText;
import io.drover.api.auth.SignIns;
import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "user", name = "password", description = "Gives a local user another password.")
public final class SetPassword extends DroverCommand {

    @Argument(name = "user", description = "Name or id", required = true)
    @Completion(UserNames.class)
    String user;

    @Option(name = "--password", description = "The password; without it one is made, printed, and to be changed")
    String password;

    @Reference
    ManagementPlane plane;

    @Reference
    SignIns signIns;

    @Override
    public void run(PrintStream out) {
        String id = Lookup.user(plane, user).name();
        String fresh = password == null ? RandomText.password() : password;
        signIns.setPassword(id, fresh, password == null);
        out.println(
                password == null
                        ? "Password of " + id + ", to be changed at the next sign-in: " + fresh
                        : "Password of " + id + " set");
    }
}

package io.drover.shell.user;

import io.drover.api.auth.SecondFactor;
import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "user", name = "reset-mfa", description = "Takes the second factor from a user who lost his.")
public final class ResetSecondFactor extends DroverCommand {

    @Argument(name = "user", description = "Name or id", required = true)
    @Completion(UserNames.class)
    String user;

    @Reference
    ManagementPlane plane;

    @Reference
    SecondFactor secondFactor;

    @Override
    public void run(PrintStream out) {
        String id = Lookup.user(plane, user).name();
        secondFactor.reset(id);
        out.println(id + " signs in with his password alone until he enrols again");
    }
}

package io.drover.shell.user;

import io.drover.api.DroverException;
import io.drover.api.RandomText;
import io.drover.api.auth.LoginNames;
import io.drover.api.auth.SignIns;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "user", name = "create", description = "Makes a local user, and prints his id.")
public final class CreateUser extends DroverCommand {

    @Argument(name = "username", description = "Name to sign in with", required = true)
    String username;

    @Option(name = "--name", description = "Name to be shown")
    String displayName;

    @Option(name = "--password", description = "His password; without it one is made, printed, and to be changed")
    String password;

    @Option(name = "--role", description = "Global role that he gets")
    @Completion(RoleNames.class)
    String role = "user";

    @Reference
    ManagementPlane plane;

    @Reference
    SignIns signIns;

    @Override
    public void run(PrintStream out) {
        String name = LoginNames.normal(username);
        LoginNames.check(name);
        Objects<User> users = plane.objects(User.class);
        if (users.list().stream()
                .anyMatch(user ->
                        LoginNames.alike(name, user.value().username()) || LoginNames.alike(name, user.name()))) {
            throw DroverException.rejected("There is a user " + username + " already");
        }
        Grants grants = new Grants(plane);
        grants.requireGlobalRole(role);
        String id = "u-" + RandomText.letters(5);
        users.create(Resource.named(
                id,
                new User(
                        displayName == null ? name : displayName,
                        "",
                        name,
                        null,
                        false,
                        true,
                        List.of("local://" + id),
                        null,
                        null)));
        String first = password == null ? RandomText.password() : password;
        try {
            signIns.setPassword(id, first, password == null);
            grants.giveGlobally(id, role);
        } catch (DroverException e) {
            users.delete(id);
            throw e;
        }
        out.println(id);
        if (password == null) {
            out.println("Password, to be changed at the first sign-in: " + first);
        }
    }
}

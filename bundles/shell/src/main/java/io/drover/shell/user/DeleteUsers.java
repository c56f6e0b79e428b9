package io.drover.shell.user;

import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "user", name = "delete", description = "Deletes users: their tokens and open requests end at once.")
public final class DeleteUsers extends DroverCommand {

    @Argument(name = "users", description = "Names or ids", required = true, multiValued = true)
    @Completion(UserNames.class)
    List<String> users;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        List<String> ids = users.stream()
                .map(user -> Lookup.user(plane, user))
                .map(Resource::name)
                .toList();
        for (String id : ids) {
            plane.objects(User.class).delete(id);
            out.println("Deleted " + id);
        }
    }
}

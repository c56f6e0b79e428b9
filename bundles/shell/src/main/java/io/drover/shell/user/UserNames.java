package io.drover.shell.user;

import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.shell.Names;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** Ids and names of users. */
@Service
public final class UserNames implements Completer {

    @Reference
    ManagementPlane plane;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return Names.complete(
                plane.watched(User.class).list().stream()
                        .flatMap(user -> Stream.of(user.name(), user.value().username())),
                session,
                commandLine,
                candidates);
    }
}

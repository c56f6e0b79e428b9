package io.drover.shell.token;

import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.Names;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** Names of tokens. */
@Service
public final class TokenNames implements Completer {

    @Reference
    ManagementPlane plane;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return Names.complete(
                plane.watched(Token.class).list().stream().map(Resource::name), session, commandLine, candidates);
    }
}

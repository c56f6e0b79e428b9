package io.drover.shell.token;

import io.drover.api.DroverException;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.user.UserNames;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "token", name = "revoke", description = "Revokes tokens: requests that live by them end at once.")
public final class RevokeTokens extends DroverCommand {

    @Argument(name = "tokens", description = "Names", multiValued = true)
    @Completion(TokenNames.class)
    List<String> names;

    @Option(name = "--user", description = "All tokens of this user, by name or id")
    @Completion(UserNames.class)
    String user;

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        if ((names == null || names.isEmpty()) == (user == null)) {
            throw DroverException.rejected("Say either which tokens, or by --user whose");
        }
        Objects<Token> tokens = plane.objects(Token.class);
        for (String name : user == null ? existing(tokens) : of(tokens)) {
            tokens.delete(name);
            out.println("Revoked " + name);
        }
    }

    private List<String> existing(Objects<Token> tokens) {
        for (String name : names) {
            if (tokens.get(name).isEmpty()) {
                throw DroverException.notFound("There is no token " + name);
            }
        }
        return names;
    }

    private List<String> of(Objects<Token> tokens) {
        String userId = Lookup.user(plane, user).name();
        return tokens.list().stream()
                .filter(token -> userId.equals(token.value().userId()))
                .map(Resource::name)
                .toList();
    }
}

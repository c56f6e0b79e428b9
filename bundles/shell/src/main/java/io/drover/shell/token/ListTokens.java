package io.drover.shell.token;

import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.Text;
import io.drover.shell.user.UserNames;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(scope = "token", name = "list", description = "Lists the tokens; never their secrets.")
public final class ListTokens extends DroverCommand {

    @Option(name = "--user", description = "Only those of this user, by name or id")
    @Completion(UserNames.class)
    String user;

    @Reference
    ManagementPlane plane;

    Clock clock = Clock.systemUTC();

    @Override
    public void run(PrintStream out) {
        String userId = user == null ? null : Lookup.user(plane, user).name();
        Instant now = clock.instant();
        ShellTable table = new ShellTable();
        table.column("Name");
        table.column("User");
        table.column("Kind");
        table.column("Cluster");
        table.column("Age").alignRight();
        table.column("Used").alignRight();
        table.column("From");
        table.column("With");
        table.column("Expires");
        table.column("Description");
        table.emptyTableText("There are no tokens");
        plane.objects(Token.class).list().stream()
                .filter(token -> userId == null || userId.equals(token.value().userId()))
                .sorted(Comparator.comparing(Resource::name))
                .forEach(token -> table.addRow()
                        .addContent(
                                token.name(),
                                Text.cell(token.value().userId()),
                                Text.cell(token.label(Token.KIND_LABEL).orElse("api")),
                                Text.cell(token.value().clusterName()),
                                Text.age(token.metadata().getCreationTimestamp(), now),
                                Text.age(token.value().lastUsedAt(), now),
                                Text.cell(token.value().lastUsedAddress()),
                                Text.cell(token.value().lastUsedClient()),
                                expires(token.value(), now),
                                Text.cell(token.value().description())));
        table.print(out);
    }

    private static String expires(Token token, Instant now) {
        if (Boolean.FALSE.equals(token.enabled())) {
            return "disabled";
        }
        String at = token.expiresAt();
        if (at == null || at.isEmpty()) {
            return "never";
        }
        // Times in this form sort like text.
        return at.compareTo(now.toString()) < 0 ? "expired" : Text.cell(at);
    }
}

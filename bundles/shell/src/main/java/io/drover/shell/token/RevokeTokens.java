package io.drover.shell.token;

import io.drover.api.DroverException;
import io.drover.api.auth.Sessions;
import io.drover.api.auth.Sessions.Which;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.user.UserNames;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
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

    @Option(name = "--all", description = "All tokens of everybody")
    boolean all;

    @Option(
            name = "--before",
            description = "Of those only what was made before this day or time, as 2026-05-01 or 2026-05-01T12:00:00Z")
    String before;

    @Option(name = "--sessions", description = "Of those only what somebody got by signing in")
    boolean sessionsOnly;

    @Reference
    ManagementPlane plane;

    @Reference
    Sessions sessions;

    @Override
    public void run(PrintStream out) {
        boolean named = names != null && !names.isEmpty();
        if ((named ? 1 : 0) + (user == null ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw DroverException.rejected("Say either which tokens, or by --user whose, or --all");
        }
        if (named && (before != null || sessionsOnly)) {
            throw DroverException.rejected("--before and --sessions go with --user or --all");
        }
        List<String> revoked = named ? revokeNamed() : sessions.revoke(which());
        revoked.forEach(name -> out.println("Revoked " + name));
    }

    private List<String> revokeNamed() {
        Objects<Token> tokens = plane.objects(Token.class);
        for (String name : names) {
            if (tokens.get(name).isEmpty()) {
                throw DroverException.notFound("There is no token " + name);
            }
        }
        names.forEach(tokens::delete);
        return names;
    }

    private Which which() {
        Optional<String> userId =
                Optional.ofNullable(user).map(name -> Lookup.user(plane, name).name());
        return new Which(userId, sessionsOnly, Optional.ofNullable(before).map(RevokeTokens::time), Optional.empty());
    }

    private static Instant time(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw DroverException.rejected(text + " is not a time such as 2026-05-01 or 2026-05-01T12:00:00Z");
        }
    }
}

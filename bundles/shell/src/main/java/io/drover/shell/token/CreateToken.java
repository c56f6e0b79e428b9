package io.drover.shell.token;

import io.drover.api.DroverException;
import io.drover.api.auth.SignIns;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.plane.ManagementPlane;
import io.drover.shell.DroverCommand;
import io.drover.shell.Lookup;
import io.drover.shell.cluster.ClusterNames;
import io.drover.shell.user.UserNames;
import java.io.PrintStream;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(scope = "token", name = "create", description = "Gives a user a token, and prints it this once.")
public final class CreateToken extends DroverCommand {

    private static final Pattern TTL = Pattern.compile("(\\d{1,6})([smhd])");

    @Argument(name = "user", description = "Name or id", required = true)
    @Completion(UserNames.class)
    String user;

    @Option(name = "--ttl", description = "How long it lives, such as 30m, 12h or 90d; without it for ever")
    String ttl;

    @Option(name = "--cluster", description = "Only cluster that it is good for, by name or id")
    @Completion(ClusterNames.class)
    String cluster;

    @Option(name = "--description", description = "What it is for")
    String description;

    @Reference
    ManagementPlane plane;

    @Reference
    SignIns signIns;

    @Override
    public void run(PrintStream out) {
        String userId = Lookup.user(plane, user).name();
        String clusterId = cluster == null ? "" : Lookup.cluster(plane, cluster).name();
        TokenRequest request = new TokenRequest("", description == null ? "" : description, life(), clusterId, true);
        out.println(signIns.issue(userId, request).value());
    }

    private Duration life() {
        if (ttl == null) {
            return Duration.ZERO;
        }
        Matcher matcher = TTL.matcher(ttl);
        if (!matcher.matches()) {
            throw DroverException.rejected(ttl + " is not a time such as 30m, 12h or 90d");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}

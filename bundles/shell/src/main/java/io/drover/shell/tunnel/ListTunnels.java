package io.drover.shell.tunnel;

import io.drover.api.cluster.Clusters;
import io.drover.api.cluster.Clusters.TunnelSession;
import io.drover.shell.DroverCommand;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(scope = "tunnel", name = "list", description = "Lists the agents' tunnels that are up.")
public final class ListTunnels extends DroverCommand {

    @Reference
    Clusters clusters;

    Clock clock = Clock.systemUTC();

    @Override
    public void run(PrintStream out) {
        Instant now = clock.instant();
        ShellTable table = new ShellTable();
        table.column("Agent");
        table.column("Address");
        table.column("Dialect");
        table.column("RTT").alignRight();
        table.column("Streams").alignRight();
        table.column("In").alignRight();
        table.column("Out").alignRight();
        table.column("Up").alignRight();
        table.column("Last end");
        table.emptyTableText("No agent is connected");
        clusters.tunnels().stream()
                .sorted(Comparator.comparing(TunnelSession::key))
                .forEach(tunnel -> table.addRow()
                        .addContent(
                                Text.cell(tunnel.key()),
                                Text.cell(tunnel.remoteAddress()),
                                Text.cell(tunnel.dialect()),
                                tunnel.roundTripMicros()
                                        .map(micros -> String.format(Locale.ROOT, "%.1f ms", micros / 1000.0))
                                        .orElse(""),
                                tunnel.openStreams(),
                                Text.bytes(tunnel.bytesIn()),
                                Text.bytes(tunnel.bytesOut()),
                                Text.age(Instant.ofEpochMilli(tunnel.sinceEpochMillis()), now),
                                Text.cell(tunnel.lastEnd().orElse(""))));
        table.print(out);
    }
}

package io.drover.shell.plugin;

import io.drover.shell.DroverCommand;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

@Service
@Command(scope = "plugin", name = "list", description = "Lists the plugins, whether they run, and what each brings.")
public final class ListPlugins extends DroverCommand {

    @Reference
    BundleContext context;

    @Override
    public void run(PrintStream out) {
        ShellTable table = new ShellTable();
        table.column("Bundle").alignRight();
        table.column("Name");
        table.column("Version");
        table.column("State");
        table.column("Brings");
        table.emptyTableText("There are no plugins");
        Arrays.stream(context.getBundles())
                .filter(Plugin::isOne)
                .map(bundle -> new Plugin(bundle, context))
                .sorted(Comparator.comparing(Plugin::name))
                .forEach(plugin -> table.addRow()
                        .addContent(
                                plugin.bundle().getBundleId(),
                                plugin.name(),
                                plugin.bundle().getVersion(),
                                state(plugin.bundle()),
                                Text.cell(plugin.brings().stream().collect(Collectors.joining(", ")))));
        table.print(out);
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "stopped";
            case Bundle.INSTALLED -> "not resolved";
            default -> "uninstalled";
        };
    }
}

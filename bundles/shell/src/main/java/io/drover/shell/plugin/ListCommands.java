package io.drover.shell.plugin;

import io.drover.shell.DroverCommand;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;

/** Karaf's own help lists hundreds of its commands, and none to who asks for it from outside of the console. */
@Service
@Command(scope = "drover", name = "commands", description = "Lists Drover's own commands; each has --help.")
public final class ListCommands extends DroverCommand {

    private static final Set<String> SCOPES = Set.of("audit", "cluster", "drover", "plugin", "token", "tunnel", "user");

    @Reference
    Session session;

    @Override
    public void run(PrintStream out) {
        print(session.getRegistry().getCommands(), out);
    }

    static void print(List<org.apache.karaf.shell.api.console.Command> commands, PrintStream out) {
        ShellTable table = new ShellTable();
        table.column("Command");
        table.column("What it does");
        commands.stream()
                .filter(command -> SCOPES.contains(command.getScope()))
                .sorted(Comparator.comparing(ListCommands::name))
                .forEach(command -> table.addRow().addContent(name(command), command.getDescription()));
        table.print(out);
    }

    private static String name(org.apache.karaf.shell.api.console.Command command) {
        return command.getScope() + ":" + command.getName();
    }
}

package io.drover.shell.user;

import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.shell.DroverCommand;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(scope = "user", name = "list", description = "Lists the users and their global roles.")
public final class ListUsers extends DroverCommand {

    @Reference
    ManagementPlane plane;

    @Override
    public void run(PrintStream out) {
        List<Resource<GlobalRoleBinding>> bindings =
                plane.objects(GlobalRoleBinding.class).list();
        ShellTable table = new ShellTable();
        table.column("ID");
        table.column("Username");
        table.column("Name");
        table.column("State");
        table.column("Global roles");
        table.emptyTableText("There are no users");
        plane.objects(User.class).list().stream()
                .sorted(Comparator.comparing(Resource::name))
                .forEach(user -> table.addRow()
                        .addContent(
                                user.name(),
                                Text.cell(user.value().username()),
                                Text.cell(user.value().displayName()),
                                state(user),
                                Text.cell(roles(bindings, user.name()))));
        table.print(out);
    }

    private static String state(Resource<User> user) {
        if (user.isBeingDeleted()) {
            return "removing";
        }
        if (!user.value().mayAct()) {
            return "disabled";
        }
        return Boolean.TRUE.equals(user.value().mustChangePassword()) ? "must change password" : "enabled";
    }

    private static String roles(List<Resource<GlobalRoleBinding>> bindings, String userId) {
        return bindings.stream()
                .map(Resource::value)
                .filter(binding -> userId.equals(binding.userName()))
                .map(GlobalRoleBinding::globalRoleName)
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
    }
}

package io.drover.shell.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.Test;

class ListCommandsTest {

    @Test
    void listsDroversOwnCommandsInOrder() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ListCommands.print(
                List.of(new Named("user", "list"), new Named("bundle", "list"), new Named("cluster", "create")),
                new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().skip(2))
                .containsExactly("cluster:create | It does create", "user:list      | It does list");
    }

    private record Named(String scope, String name) implements Command {

        @Override
        public String getScope() {
            return scope;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getDescription() {
            return "It does " + name;
        }

        @Override
        public Completer getCompleter(boolean scoped) {
            return null;
        }

        @Override
        public Parser getParser() {
            return null;
        }

        @Override
        public Object execute(Session session, List<Object> arguments) {
            throw new UnsupportedOperationException();
        }
    }
}

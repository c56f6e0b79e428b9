package io.drover.shell;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes one of some names. */
public final class Names {

    private Names() {}

    public static int complete(
            Stream<String> names, Session session, CommandLine commandLine, List<String> candidates) {
        List<String> usable = names.filter(Objects::nonNull)
                .filter(name -> !name.isEmpty())
                .map(Text::cell)
                .toList();
        return new StringsCompleter(usable).complete(session, commandLine, candidates);
    }
}

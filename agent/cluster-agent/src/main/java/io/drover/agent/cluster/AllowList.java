package io.drover.agent.cluster;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The addresses the server may reach through the agent: {@code host:port} each, where {@code *} stands for any
 * characters, as in {@code *.monitoring.svc:9090}.
 */
record AllowList(List<String> entries) implements Predicate<String> {

    @Override
    public boolean test(String address) {
        String wanted = address.toLowerCase(Locale.ROOT);
        return entries.stream().anyMatch(entry -> matches(entry, wanted));
    }

    private static boolean matches(String entry, String address) {
        if (entry.indexOf('*') < 0) {
            return entry.equals(address);
        }
        String expression = Pattern.quote(entry).replace("*", "\\E.*\\Q");
        return Pattern.matches(expression, address);
    }
}

package io.drover.plugin.auth.ldap;

import io.drover.api.DroverException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Search filters (RFC 4515). What people type goes into them as values only. */
final class Filter {

    private Filter() {}

    static String equal(String attribute, String value) {
        return "(" + attribute(attribute) + "=" + escaped(value) + ")";
    }

    static String startsWith(String attribute, String value) {
        return "(" + attribute(attribute) + "=" + escaped(value) + "*)";
    }

    static String and(String... parts) {
        return "(&" + List.of(parts).stream().filter(part -> !part.isEmpty()).collect(Collectors.joining()) + ")";
    }

    static String any(List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : "(|" + String.join("", parts) + ")";
    }

    /** A filter that an administrator wrote, with the parentheses that many leave out. */
    static String written(String filter) {
        if (filter == null || filter.isBlank()) {
            return "";
        }
        String stripped = filter.strip();
        return stripped.startsWith("(") ? stripped : "(" + stripped + ")";
    }

    /** Every byte that is no plain letter, digit or harmless sign as {@code \\xx}. */
    static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each >= '0' && each <= '9'
                    || each >= 'a' && each <= 'z'
                    || each >= 'A' && each <= 'Z'
                    || " ,.=@_-".indexOf(each) >= 0;
            if (plain) {
                text.append((char) each);
            } else {
                text.append(String.format("\\%02x", each));
            }
        }
        return text.toString();
    }

    private static String attribute(String name) {
        if (!name.matches("[A-Za-z][A-Za-z0-9.;-]*")) {
            throw DroverException.rejected("No attribute of a directory can be named " + name);
        }
        return name;
    }
}

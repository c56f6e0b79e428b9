package io.drover.plugin.auth.ldap;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something in the directory.
 *
 * @param attributes those that were asked for, by their names in lower case
 */
record Entry(String dn, Map<String, List<String>> attributes) {

    List<String> all(String attribute) {
        return attribute == null || attribute.isBlank()
                ? List.of()
                : attributes.getOrDefault(attribute.toLowerCase(Locale.ROOT), List.of());
    }

    Optional<String> first(String attribute) {
        return all(attribute).stream().findFirst();
    }
}

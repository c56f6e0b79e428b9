package io.drover.plugin.auth.ldap;

import io.drover.api.DroverException;
import java.util.List;

/**
 * A directory as the provider needs to know it, whatever kind it is.
 *
 * @param provider name, which principals begin with
 * @param loginDomain domain of people who name none; empty where names have no domains
 * @param account name or distinguished name that searches are made as
 */
record DirectorySettings(
        String provider,
        String loginDomain,
        Servers servers,
        String account,
        String accountPassword,
        People people,
        Groups groups) {

    DirectorySettings {
        if (servers.tls() && servers.startTls()) {
            throw DroverException.invalid("InvalidOption", "starttls", "Either tls or starttls, not both");
        }
    }

    /** @param certificate PEM of the authorities to trust; blank = those of the JVM */
    record Servers(List<String> hosts, int port, boolean tls, boolean startTls, String certificate, int timeoutMillis) {

        Servers {
            hosts = hosts.stream()
                    .map(String::strip)
                    .filter(host -> !host.isEmpty())
                    .toList();
            if (hosts.isEmpty()) {
                throw DroverException.invalid("MissingRequired", "servers", "Name at least one server");
            }
        }
    }

    /**
     * @param searchAttributes separated by {@code |}
     * @param disabledBitMask the account is disabled if the attribute has one of these bits; 0 = not looked at
     * @param byPrincipalName whether somebody may also type {@code user@domain} or {@code DOMAIN\\user}
     */
    record People(
            String base,
            String filter,
            String objectClass,
            String loginAttribute,
            String nameAttribute,
            String searchAttributes,
            String memberAttribute,
            String enabledAttribute,
            int disabledBitMask,
            boolean byPrincipalName) {}

    /**
     * @param base blank = that of the people
     * @param memberUserAttribute whose value groups list; one of the names of the distinguished name, else an attribute of the person's
     * @param nested whether members of members belong
     */
    record Groups(
            String base,
            String filter,
            String objectClass,
            String nameAttribute,
            String searchAttribute,
            String memberAttribute,
            String memberUserAttribute,
            boolean nested) {}

    String groupBase() {
        return groups.base() == null || groups.base().isBlank() ? people.base() : groups.base();
    }

    @Override
    public String toString() {
        return "DirectorySettings[" + provider + ", " + servers.hosts() + "]";
    }
}

package io.drover.plugin.auth.ldap;

/** The ways in which people of Active Directory write their names. */
final class LoginName {

    private LoginName() {}

    /** {@code DOMAIN\\name}, {@code name@domain} and distinguished names as they are; a bare name gets the usual domain. */
    static String ofServiceAccount(String name, String domain) {
        boolean bare = name.indexOf('\\') < 0 && name.indexOf('@') < 0 && name.indexOf('=') < 0;
        return bare && domain != null && !domain.isBlank() ? domain.strip() + "\\" + name : name;
    }

    /** Without the domain that somebody put before it. */
    static String withoutDomain(String name) {
        return name.substring(name.indexOf('\\') + 1);
    }
}

package io.drover.plugin.auth.ldap;

import java.util.List;

/** What configurations of directories that keep to the standard have in common; their defaults differ. */
interface StandardDirectoryConfig {

    List<String> servers();

    Integer port();

    Boolean tls();

    Boolean starttls();

    String certificate();

    Integer connectionTimeout();

    String serviceAccountDistinguishedName();

    String serviceAccountPassword();

    String userSearchBase();

    String userSearchFilter();

    String userSearchAttribute();

    String userLoginAttribute();

    String userNameAttribute();

    String userObjectClass();

    String userMemberAttribute();

    String userEnabledAttribute();

    Integer userDisabledBitMask();

    String groupSearchBase();

    String groupSearchFilter();

    String groupSearchAttribute();

    String groupNameAttribute();

    String groupObjectClass();

    String groupMemberMappingAttribute();

    String groupMemberUserAttribute();

    /**
     * @param provider name of the provider, with which principals begin
     * @param nested whether members of members are to be looked for
     */
    default DirectorySettings settings(String provider, boolean nested) {
        return new DirectorySettings(
                provider,
                "",
                new DirectorySettings.Servers(servers(), port(), tls(), starttls(), certificate(), connectionTimeout()),
                serviceAccountDistinguishedName(),
                serviceAccountPassword(),
                new DirectorySettings.People(
                        userSearchBase(),
                        userSearchFilter(),
                        userObjectClass(),
                        userLoginAttribute(),
                        userNameAttribute(),
                        userSearchAttribute(),
                        userMemberAttribute(),
                        userEnabledAttribute(),
                        userDisabledBitMask(),
                        false),
                new DirectorySettings.Groups(
                        groupSearchBase(),
                        groupSearchFilter(),
                        groupObjectClass(),
                        groupNameAttribute(),
                        groupSearchAttribute(),
                        groupMemberMappingAttribute(),
                        groupMemberUserAttribute(),
                        nested));
    }
}

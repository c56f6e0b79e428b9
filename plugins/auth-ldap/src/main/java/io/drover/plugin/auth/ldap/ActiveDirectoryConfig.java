package io.drover.plugin.auth.ldap;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import java.util.List;

/** What an administrator says of an Active Directory. */
@Rest(
        type = "activeDirectoryConfig",
        plural = "activeDirectoryConfigs",
        collectionMethods = {},
        resourceMethods = {"GET", "PUT"})
record ActiveDirectoryConfig(
        @Field(required = true) List<String> servers,
        @Field(nullable = false, defaultValue = "389", min = 1, max = 65535) Integer port,
        @Field(nullable = false, defaultValue = "false") Boolean tls,
        @Field(nullable = false, defaultValue = "false") Boolean starttls,
        String certificate,
        @Field(nullable = false, required = true, defaultValue = "5000", min = 100, max = 30000)
                Integer connectionTimeout,
        String defaultLoginDomain,
        @Field(required = true) String serviceAccountUsername,
        @Field(required = true) @Secret String serviceAccountPassword,
        @Field(required = true) String userSearchBase,
        String userSearchFilter,
        @Field(required = true, defaultValue = "sAMAccountName|sn|givenName") String userSearchAttribute,
        @Field(required = true, defaultValue = "sAMAccountName") String userLoginAttribute,
        @Field(required = true, defaultValue = "name") String userNameAttribute,
        @Field(required = true, defaultValue = "person") String userObjectClass,
        @Field(required = true, defaultValue = "userAccountControl") String userEnabledAttribute,
        @Field(nullable = false, defaultValue = "2") Integer userDisabledBitMask,
        String groupSearchBase,
        String groupSearchFilter,
        @Field(required = true, defaultValue = "sAMAccountName") String groupSearchAttribute,
        @Field(required = true, defaultValue = "name") String groupNameAttribute,
        @Field(required = true, defaultValue = "group") String groupObjectClass,
        @Field(required = true, defaultValue = "distinguishedName") String groupDNAttribute,
        @Field(required = true, defaultValue = "member") String groupMemberMappingAttribute,
        @Field(required = true, defaultValue = "distinguishedName") String groupMemberUserAttribute,
        @Field(defaultValue = "false") Boolean nestedGroupMembershipEnabled) {

    DirectorySettings settings() {
        return new DirectorySettings(
                "activedirectory",
                defaultLoginDomain == null ? "" : defaultLoginDomain.strip(),
                new DirectorySettings.Servers(servers, port, tls, starttls, certificate, connectionTimeout),
                LoginName.ofServiceAccount(serviceAccountUsername, defaultLoginDomain),
                serviceAccountPassword,
                new DirectorySettings.People(
                        userSearchBase,
                        userSearchFilter,
                        userObjectClass,
                        userLoginAttribute,
                        userNameAttribute,
                        userSearchAttribute,
                        "memberOf",
                        userEnabledAttribute,
                        userDisabledBitMask,
                        true),
                new DirectorySettings.Groups(
                        groupSearchBase,
                        groupSearchFilter,
                        groupObjectClass,
                        groupNameAttribute,
                        groupSearchAttribute,
                        groupMemberMappingAttribute,
                        groupMemberUserAttribute,
                        Boolean.TRUE.equals(nestedGroupMembershipEnabled)));
    }
}

package io.drover.plugin.auth.ldap;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import java.util.List;

/** What an administrator says of an OpenLDAP directory, or another that keeps to the standard. */
@Rest(
        type = "openLdapConfig",
        plural = "openLdapConfigs",
        collectionMethods = {},
        resourceMethods = {"GET", "PUT"})
record OpenLdapConfig(
        @Field(nullable = false, required = true) List<String> servers,
        @Field(nullable = false, required = true, defaultValue = "389", min = 1, max = 65535) Integer port,
        @Field(nullable = false, required = true, defaultValue = "false") Boolean tls,
        @Field(nullable = false, defaultValue = "false") Boolean starttls,
        String certificate,
        @Field(nullable = false, required = true, defaultValue = "5000", min = 100, max = 30000)
                Integer connectionTimeout,
        @Field(required = true) String serviceAccountDistinguishedName,
        @Field(required = true) @Secret String serviceAccountPassword,
        @Field(nullable = false, required = true) String userSearchBase,
        String userSearchFilter,
        @Field(nullable = false, required = true, defaultValue = "uid|sn|givenName") String userSearchAttribute,
        @Field(nullable = false, required = true, defaultValue = "uid") String userLoginAttribute,
        @Field(nullable = false, required = true, defaultValue = "cn") String userNameAttribute,
        @Field(nullable = false, required = true, defaultValue = "inetOrgPerson") String userObjectClass,
        @Field(nullable = false, required = true, defaultValue = "memberOf") String userMemberAttribute,
        String userEnabledAttribute,
        @Field(nullable = false, defaultValue = "0") Integer userDisabledBitMask,
        String groupSearchBase,
        String groupSearchFilter,
        @Field(nullable = false, required = true, defaultValue = "cn") String groupSearchAttribute,
        @Field(nullable = false, required = true, defaultValue = "cn") String groupNameAttribute,
        @Field(nullable = false, required = true, defaultValue = "groupOfNames") String groupObjectClass,
        @Field(nullable = false, defaultValue = "entryDN") String groupDNAttribute,
        @Field(nullable = false, required = true, defaultValue = "member") String groupMemberMappingAttribute,
        @Field(nullable = false, defaultValue = "entryDN") String groupMemberUserAttribute,
        @Field(nullable = false, defaultValue = "false") Boolean nestedGroupMembershipEnabled)
        implements StandardDirectoryConfig {}

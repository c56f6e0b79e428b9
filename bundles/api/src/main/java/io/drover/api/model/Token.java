package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;

/**
 * What somebody proves with who he is.
 *
 * @param token a salted hash of the secret, never the secret
 * @param ttl milliseconds; 0 = never expires
 * @param expiresAt RFC 3339, empty when it never does
 * @param lastUsedAt RFC 3339; a minute behind at most, as are where from and with which {@code User-Agent} it was used
 * @param clusterName only cluster it is good for; empty = all
 */
@Kind(
        plural = "tokens",
        columns = {
            @Column(name = "User", path = ".userId"),
            @Column(name = "Description", path = ".description"),
            @Column(name = "Expires", path = ".expiresAt"),
            @Column(name = "Cluster", path = ".clusterName", priority = 1)
        })
@Rest(type = "token", plural = "tokens", idPrefix = "token-")
public record Token(
        @Field(type = "string", writeOnly = true, update = false) @Secret String token,
        @Field(type = "reference[user]") String userId,
        String authProvider,
        @Field(nullable = false, defaultValue = "0") Long ttl,
        String description,
        String expiresAt,
        @Field(nullable = false, defaultValue = "false") Boolean expired,
        @Field(nullable = false, defaultValue = "false") Boolean current,
        @Field(nullable = false, defaultValue = "false") Boolean isDerived,
        @Field(nullable = true, defaultValue = "true") Boolean enabled,
        String lastUpdateTime,
        @Field(create = false, update = false) String lastUsedAt,
        @Field(create = false, update = false) String lastUsedAddress,
        @Field(create = false, update = false) String lastUsedClient,
        @Field(rest = "clusterId", type = "reference[cluster]", update = false) String clusterName,
        @Field(type = "reference[principal]") TokenPrincipal userPrincipal) {

    public static final String USER_LABEL = "authn.management.cattle.io/token-userId";
    public static final String KIND_LABEL = "authn.management.cattle.io/kind";

    /** {@code true} on a token that somebody got by signing in; it ends with his other sessions. */
    public static final String SIGNED_IN_LABEL = "authn.management.cattle.io/signed-in";

    /** {@code true} on a token that somebody got by signing in with a second factor. */
    public static final String SECOND_FACTOR_LABEL = "authn.management.cattle.io/second-factor";

    /** The principal that signed in, as it is stored in tokens. */
    public record TokenPrincipal(
            PrincipalMeta metadata,
            String displayName,
            String loginName,
            String principalType,
            Boolean me,
            String provider) {

        /** @param name the principal's URI */
        public record PrincipalMeta(String name) {}
    }
}

package io.drover.api.model;

import io.drover.api.kind.Description;
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
@Description("What somebody proves with who he is.")
public record Token(
        @Description("A salted hash of the secret.") @Field(type = "string", writeOnly = true, update = false) @Secret
                String token,
        @Description("Id of the user who is it.") @Field(type = "reference[user]") String userId,
        @Description("The identity provider that he signed in with.") String authProvider,
        @Description("How long it is good, in milliseconds from its creation; 0 for ever.")
                @Field(nullable = false, defaultValue = "0")
                Long ttl,
        @Description("What it is for.") String description,
        @Description("When it ends; empty for never.") String expiresAt,
        @Description("Whether it has ended.") @Field(nullable = false, defaultValue = "false") Boolean expired,
        @Description("Whether the request was made with it.") @Field(nullable = false, defaultValue = "false")
                Boolean current,
        @Description("Whether it was made by means of another token.") @Field(nullable = false, defaultValue = "false")
                Boolean isDerived,
        @Description("Whether it is good at present.") @Field(nullable = true, defaultValue = "true") Boolean enabled,
        @Description("When it was last changed.") String lastUpdateTime,
        @Description("When it was last used; a minute behind at most.") @Field(create = false, update = false)
                String lastUsedAt,
        @Description("Where it was last used from.") @Field(create = false, update = false) String lastUsedAddress,
        @Description("The User-Agent that it was last used with.") @Field(create = false, update = false)
                String lastUsedClient,
        @Description("Id of the only cluster that it is good for; empty for all.")
                @Field(rest = "clusterId", type = "reference[cluster]", update = false)
                String clusterName,
        @Description("The principal who signed in.") @Field(type = "reference[principal]")
                TokenPrincipal userPrincipal) {

    public static final String USER_LABEL = "authn.management.cattle.io/token-userId";
    public static final String KIND_LABEL = "authn.management.cattle.io/kind";

    /** {@code true} on a token that somebody got by signing in; it ends with his other sessions. */
    public static final String SIGNED_IN_LABEL = "authn.management.cattle.io/signed-in";

    /** {@code true} on a token that somebody got by signing in with a second factor. */
    public static final String SECOND_FACTOR_LABEL = "authn.management.cattle.io/second-factor";

    /** A hash of what the identity provider calls the session in which somebody signed in; the token ends with it. */
    public static final String PROVIDER_SESSION_LABEL = "authn.management.cattle.io/provider-session";

    /** The principal that signed in, as it is stored in tokens. */
    public record TokenPrincipal(
            @Description("Holds its name.") PrincipalMeta metadata,
            @Description("The name that people call him by.") String displayName,
            @Description("The name that he signs in with.") String loginName,
            @Description("user or group.") String principalType,
            @Description("Whether it is whoever asks.") Boolean me,
            @Description("The identity provider.") String provider) {

        /** @param name the principal's URI */
        public record PrincipalMeta(@Description("The principal's URI.") String name) {}
    }
}

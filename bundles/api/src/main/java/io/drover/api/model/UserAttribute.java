package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.model.Token.TokenPrincipal;
import java.util.List;
import java.util.Map;

/**
 * What identity providers told of a user when he last signed in. Its name is the user's id.
 *
 * @param groupPrincipals his groups, by name of the provider
 * @param lastRefresh RFC 3339, when they were last asked for
 * @param extraByProvider {@code principalid} and {@code username}, by name of the provider
 */
@Kind(plural = "userattributes")
@Description("What identity providers told of a user when he last signed in. Its name is the user's id.")
public record UserAttribute(
        @Description("The user's id.") @Field(stored = "UserName") String userName,
        @Description("His groups, by name of the provider.") @Field(stored = "GroupPrincipals")
                Map<String, Principals> groupPrincipals,
        @Description("When they were last asked for.") @Field(stored = "LastRefresh") String lastRefresh,
        @Description("Whether they are to be asked for now.") @Field(stored = "NeedsRefresh") Boolean needsRefresh,
        @Description("Principal and user name, by name of the provider.") @Field(stored = "ExtraByProvider")
                Map<String, Map<String, List<String>>> extraByProvider) {

    public UserAttribute {
        groupPrincipals = groupPrincipals == null ? Map.of() : Map.copyOf(groupPrincipals);
        extraByProvider = extraByProvider == null ? Map.of() : Map.copyOf(extraByProvider);
    }

    public record Principals(@Description("The groups.") @Field(stored = "Items") List<TokenPrincipal> items) {
        public Principals {
            items = items == null ? List.of() : List.copyOf(items);
        }
    }
}

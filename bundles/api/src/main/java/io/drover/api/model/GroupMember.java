package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Rest;

/** Somebody in a {@link Group}. */
@Kind(plural = "groupmembers")
@Rest(type = "groupMember", plural = "groupMembers", idPrefix = "gm-", namedByCaller = true)
@Description("Somebody in a group.")
public record GroupMember(
        @Description("Id of the group.") @Field(rest = "groupId", type = "reference[group]") String groupName,
        @Description("Who it is, as an identity provider knows him.") @Field(type = "reference[principal]")
                String principalId) {}

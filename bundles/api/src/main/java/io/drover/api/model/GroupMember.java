package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Rest;

/** Somebody in a {@link Group}. */
@Kind(plural = "groupmembers")
@Rest(type = "groupMember", plural = "groupMembers", idPrefix = "gm-", namedByCaller = true)
public record GroupMember(
        @Field(rest = "groupId", type = "reference[group]") String groupName,
        @Field(type = "reference[principal]") String principalId) {}

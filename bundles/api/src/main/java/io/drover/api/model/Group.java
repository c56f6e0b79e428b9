package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Rest;

/** A name for several people, as existing installations may hold it. Nobody has a right by it: identity providers say who is in which group. */
@Kind(plural = "groups")
@Rest(type = "group", plural = "groups", idPrefix = "g-")
@Description("A name for several people. Nobody has a right by it.")
public record Group(@Description("The name that people call it by.") @Field(rest = "name") String displayName) {}

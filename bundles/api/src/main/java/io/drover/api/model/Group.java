package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Rest;

/** A name for several people, as existing installations may hold it. Nobody has a right by it: identity providers say who is in which group. */
@Kind(plural = "groups")
@Rest(type = "group", plural = "groups", idPrefix = "g-")
public record Group(@Field(rest = "name") String displayName) {}

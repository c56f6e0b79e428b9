package io.drover.api.audit;

/** A request that has an id and no record. */
record UnrecordedCall(String id) implements AuditedCall {}

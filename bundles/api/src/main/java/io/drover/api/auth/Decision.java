package io.drover.api.auth;

/**
 * An answer to a {@link Question}.
 *
 * @param reason for a yes the binding and role that allow it, for a no what is missing; a sentence for the caller
 */
public record Decision(boolean allowed, String reason) {}

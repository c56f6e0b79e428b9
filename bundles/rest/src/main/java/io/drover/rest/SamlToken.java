package io.drover.rest;

import io.drover.api.kind.Description;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Secret;

/**
 * A token that waits for the program that asked for it, encrypted so that nobody else can read it. The kind has the name that existing
 * installations know; it serves every way to sign in.
 *
 * @param token base 64 of what RSA-OAEP made of it
 * @param expiresAt RFC 3339, when the token itself ends; empty when it does not
 * @param waitsUntil RFC 3339; after that it waits for nobody
 */
@Kind(plural = "samltokens", namespaced = true)
@Description("A token that waits for the program that asked for it.")
public record SamlToken(
        @Description("The token, encrypted for that program: base64 of RSA-OAEP.") @Secret String token,
        @Description("When the token ends; empty for never.") String expiresAt,
        @Description("When it stops waiting.") String waitsUntil) {}

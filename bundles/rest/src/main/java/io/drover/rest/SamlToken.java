package io.drover.rest;

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
public record SamlToken(@Secret String token, String expiresAt, String waitsUntil) {}

package io.drover.auth;

import io.drover.api.model.Token;

/** Copies of a token with something changed. */
final class Tokens {

    private Tokens() {}

    static Token used(Token token, TokenUses.Use use) {
        return copy(token, token.token(), use.at().toString(), use.address(), use.client());
    }

    static Token hashed(Token token, String hash) {
        return copy(token, hash, token.lastUsedAt(), token.lastUsedAddress(), token.lastUsedClient());
    }

    private static Token copy(Token token, String hash, String usedAt, String usedFrom, String usedWith) {
        return new Token(
                hash,
                token.userId(),
                token.authProvider(),
                token.ttl(),
                token.description(),
                token.expiresAt(),
                token.expired(),
                token.current(),
                token.isDerived(),
                token.enabled(),
                token.lastUpdateTime(),
                usedAt,
                usedFrom,
                usedWith,
                token.clusterName(),
                token.userPrincipal());
    }
}

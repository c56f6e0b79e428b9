package io.drover.auth;

import io.drover.api.model.Token;
import java.time.Instant;

/** Copies of a token with one thing changed. */
final class Tokens {

    private Tokens() {}

    static Token used(Token token, Instant at) {
        return copy(token, token.token(), at.toString());
    }

    static Token hashed(Token token, String hash) {
        return copy(token, hash, token.lastUsedAt());
    }

    private static Token copy(Token token, String hash, String lastUsedAt) {
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
                lastUsedAt,
                token.clusterName(),
                token.userPrincipal());
    }
}

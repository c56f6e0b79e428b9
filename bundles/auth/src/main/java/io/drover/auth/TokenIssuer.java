package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.RandomText;
import io.drover.api.auth.Principal;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.model.Token;
import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes tokens and stores their hashes. */
final class TokenIssuer {

    private static final Logger log = LoggerFactory.getLogger(TokenIssuer.class);
    private static final String KUBECONFIG = "kubeconfig";
    private static final Duration LONGEST_WISH = Duration.ofDays(100 * 365L);
    private static final int ENDING_LENGTH = 5;
    private static final int NAMES_TRIED = 5;
    private static final long KNOWN_WITHIN_SECONDS = 10;

    private final Objects<Token> tokens;
    private final Accounts accounts;
    private final Settings settings;
    private final Clock clock;

    TokenIssuer(Objects<Token> tokens, Accounts accounts, Settings settings, Clock clock) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * To somebody who has just signed in: settings alone say how long it lives.
     *
     * @param session what the provider calls the session in which he did
     */
    IssuedToken toSignedIn(
            String userId, Principal principal, TokenRequest request, boolean secondFactor, Optional<String> session) {
        Duration life = request.kind().equals(KUBECONFIG) ? settings.signedInKubeconfigLife() : settings.sessionLife();
        Map<String, String> proof = new LinkedHashMap<>();
        proof.put(Token.SIGNED_IN_LABEL, "true");
        if (secondFactor) {
            proof.put(Token.SECOND_FACTOR_LABEL, "true");
        }
        session.ifPresent(name ->
                proof.put(Token.PROVIDER_SESSION_LABEL, TokenSessions.sessionLabel(principal.provider(), name)));
        return issue(userId, principal, request, life, proof);
    }

    IssuedToken issue(String userId, Principal principal, TokenRequest request) {
        boolean byDefault = request.kind().equals(KUBECONFIG) && request.ttl().isZero();
        return issue(userId, principal, request, byDefault ? settings.kubeconfigLife() : request.ttl(), Map.of());
    }

    private IssuedToken issue(
            String userId, Principal principal, TokenRequest request, Duration wish, Map<String, String> proof) {
        Duration life = allowed(wish);
        String secret = RandomText.secret();
        Token token = new Token(
                SecretHash.of(secret),
                userId,
                principal.provider(),
                life.toMillis(),
                request.description(),
                life.isZero()
                        ? ""
                        : clock.instant()
                                .plus(life)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                false,
                false,
                request.derived(),
                true,
                "",
                null,
                null,
                null,
                request.clusterId().isEmpty() ? null : request.clusterId(),
                new TokenPrincipal(
                        new TokenPrincipal.PrincipalMeta(principal.id()),
                        principal.displayName(),
                        principal.loginName(),
                        "user",
                        true,
                        principal.provider()));
        Resource<Token> created = create(userId, request, proof, token);
        log.info(
                "Token issued: token={} user={} kind={} expires={}",
                created.name(),
                userId,
                request.kind(),
                token.expiresAt());
        return new IssuedToken(created, created.name() + ":" + secret);
    }

    private Resource<Token> create(String userId, TokenRequest request, Map<String, String> proof, Token token) {
        for (int tried = 1; ; tried++) {
            String name = prefix(userId, request) + RandomText.letters(ENDING_LENGTH);
            CompletableFuture<Void> known = accounts.await(name);
            try {
                Resource<Token> created = tokens.create(new Resource<>(
                        new ObjectMetaBuilder()
                                .withName(name)
                                .withLabels(labels(userId, request, proof))
                                .build(),
                        token));
                // Its bearer may use it at once, so it is not told before requests would be let in with it.
                await(known);
                await(accounts.awaitUser(userId));
                return created;
            } catch (DroverException e) {
                if (e.fault() != Fault.CONFLICT || tried == NAMES_TRIED) {
                    throw e;
                }
            } finally {
                accounts.stopAwaiting(name);
            }
        }
    }

    private Duration allowed(Duration wish) {
        if (wish.isNegative() || wish.compareTo(LONGEST_WISH) > 0) {
            throw DroverException.rejected("A token's life must be between 0 (for ever) and a hundred years");
        }
        Duration longest = settings.longestLife();
        boolean tooLong = !longest.isZero() && (wish.isZero() || wish.compareTo(longest) > 0);
        return tooLong ? longest : wish;
    }

    private static String prefix(String userId, TokenRequest request) {
        if (!request.kind().equals(KUBECONFIG)) {
            return "token-";
        }
        return KUBECONFIG + "-" + userId + (request.clusterId().isEmpty() ? "" : "." + request.clusterId() + ".");
    }

    private static Map<String, String> labels(String userId, TokenRequest request, Map<String, String> proof) {
        Map<String, String> labels = new LinkedHashMap<>(proof);
        labels.put(Token.USER_LABEL, userId);
        if (!request.kind().isEmpty()) {
            labels.put(Token.KIND_LABEL, request.kind());
        }
        return labels;
    }

    private static void await(CompletableFuture<Void> known) {
        try {
            known.get(KNOWN_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            log.warn("A new token is stored, but the watch has not told of it or of its user yet");
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nobody completes this with a failure", e);
        }
    }
}

package io.drover.auth;

import io.drover.api.auth.Caller;
import io.drover.api.model.Token;
import io.drover.api.plane.Resource;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token as far as requests are concerned. Every change of the token makes another, so whatever is remembered here is forgotten at the
 * moment it stops being true.
 */
final class TokenState {

    private static final long USE_NOTED_EVERY_SECONDS = 60;

    private final String name;
    private final String userId;
    private final String clusterId;
    private final String provider;
    private final String hash;
    private final boolean enabled;
    private final boolean session;
    private final Instant expiresAt;
    private final Optional<String> principal;
    private final boolean secondFactor;
    private final AtomicLong lastUsed;
    private final AtomicLong lastNoted;

    private volatile byte[] goodPresentation = new byte[0];
    private volatile RememberedCaller remembered;

    private record RememberedCaller(UserState user, String host, Caller caller) {}

    TokenState(Resource<Token> token) {
        Token value = token.value();
        this.name = token.name();
        this.userId = text(value.userId());
        this.clusterId = text(value.clusterName());
        this.provider = text(value.authProvider());
        this.hash = text(value.token());
        this.enabled = !Boolean.FALSE.equals(value.enabled())
                && !Boolean.TRUE.equals(value.expired())
                && !token.isBeingDeleted();
        this.session = TokenSessions.isSession(token);
        this.expiresAt = expiry(token);
        this.secondFactor =
                token.label(Token.SECOND_FACTOR_LABEL).filter("true"::equals).isPresent();
        this.principal = Optional.ofNullable(value.userPrincipal())
                .flatMap(p -> Optional.ofNullable(p.metadata()))
                .flatMap(m -> Optional.ofNullable(m.name()));
        long noted =
                instant(text(value.lastUsedAt())).map(Instant::getEpochSecond).orElse(0L);
        long created = instant(text(token.metadata().getCreationTimestamp()))
                .map(Instant::getEpochSecond)
                .orElse(0L);
        this.lastNoted = new AtomicLong(noted);
        this.lastUsed = new AtomicLong(Math.max(noted, created));
    }

    String name() {
        return name;
    }

    String userId() {
        return userId;
    }

    /** The provider that proved who its bearer is. */
    String provider() {
        return provider;
    }

    boolean isEnabled() {
        return enabled;
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Empty when it never does. */
    Optional<Instant> expires() {
        return expiresAt.equals(Instant.MAX) ? Optional.empty() : Optional.of(expiresAt);
    }

    /** Whether somebody got it by signing in, for as long as he works. */
    boolean isSession() {
        return session;
    }

    /** Whether it was got with a password that is kept here. */
    boolean isLocal() {
        return provider.equals("local");
    }

    /** Whether nobody used it for so long; zero = no limit. */
    boolean isIdle(Instant now, Duration limit) {
        return !limit.isZero() && now.getEpochSecond() - lastUsed.get() >= limit.toSeconds();
    }

    /** The only cluster that the token is good for. */
    Optional<String> cluster() {
        return clusterId.isEmpty() ? Optional.empty() : Optional.of(clusterId);
    }

    boolean hasSlowHash() {
        return SecretHash.isSlow(hash);
    }

    /** Whether the secret with this keyed hash was found to be this token's before. */
    boolean remembers(byte[] presentation) {
        return MessageDigest.isEqual(goodPresentation, presentation);
    }

    /**
     * Whether {@code secret} is this token's; if so it will be remembered.
     *
     * @param presentation keyed hash of the secret
     */
    boolean matches(String secret, byte[] presentation) {
        if (!SecretHash.matches(hash, secret)) {
            return false;
        }
        goodPresentation = presentation;
        return true;
    }

    Caller caller(UserState user, String host) {
        RememberedCaller last = remembered;
        if (last == null || last.user() != user || !last.host().equals(host)) {
            last = new RememberedCaller(user, host, newCaller(user, host));
            remembered = last;
        }
        return last.caller();
    }

    /** Remembers this use; whether it is to be written down as well, which is so once a minute. */
    boolean noteUse(Instant now) {
        long second = now.getEpochSecond();
        if (lastUsed.get() < second) {
            lastUsed.accumulateAndGet(second, Math::max);
        }
        long last = lastNoted.get();
        return second - last >= USE_NOTED_EVERY_SECONDS && lastNoted.compareAndSet(last, second);
    }

    /** The uses that the state before this one has noted and that are perhaps not written yet. */
    TokenState after(TokenState before) {
        if (before != null) {
            lastUsed.accumulateAndGet(before.lastUsed.get(), Math::max);
            lastNoted.accumulateAndGet(before.lastNoted.get(), Math::max);
        }
        return this;
    }

    private Caller newCaller(UserState user, String host) {
        Map<String, List<String>> extra = new TreeMap<>();
        principal
                .or(() -> user.principals().stream().findFirst())
                .ifPresent(id -> extra.put("principalid", List.of(id)));
        if (!user.username().isEmpty()) {
            extra.put("username", List.of(user.username()));
        }
        extra.put("requesttokenid", List.of(name));
        if (!host.isEmpty()) {
            extra.put("requesthost", List.of(host));
        }
        return new Caller(user.id(), user.groups(), extra, Optional.of(name), secondFactor);
    }

    /** The earlier of what the token says and of what its age says; a time that can't be read is long past. */
    private static Instant expiry(Resource<Token> token) {
        String told = text(token.value().expiresAt());
        Instant expiry = told.isEmpty() ? Instant.MAX : instant(told).orElse(Instant.MIN);
        Long ttl = token.value().ttl();
        if (ttl != null && ttl > 0) {
            Optional<Instant> created = instant(text(token.metadata().getCreationTimestamp()));
            Instant byAge = created.map(from -> plus(from, ttl)).orElse(Instant.MAX);
            expiry = byAge.isBefore(expiry) ? byAge : expiry;
        }
        return expiry;
    }

    private static Instant plus(Instant from, long millis) {
        return Duration.between(from, Instant.MAX).compareTo(Duration.ofMillis(millis)) > 0
                ? from.plusMillis(millis)
                : Instant.MAX;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}

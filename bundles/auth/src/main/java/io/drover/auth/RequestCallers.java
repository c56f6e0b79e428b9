package io.drover.auth;

import io.drover.api.ServerPart;
import io.drover.api.auth.BearerTokens;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.auth.Question;
import io.drover.api.auth.RemoteSource;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Reads identities from tokens, and ends requests that outlive theirs. */
@ServerPart("identities")
@Component(service = Callers.class)
public final class RequestCallers implements Callers {

    private static final int PRESENTATION_KEY_BYTES = 64;

    @Reference
    private volatile List<BearerTokens> bearerTokens = List.of();

    private final Accounts accounts;
    private final RoleAuthorizer authorizer;
    private final Clock clock;
    private final Settings settings;
    private final Duties duties;
    private final MessageDigest keyedDigest;
    private final Semaphore slowHashes = new Semaphore(1);
    private final ScheduledExecutorService worker;
    private final ScheduledExecutorService useWriter;
    private final TokenUses uses;
    private final Standings standings;
    private final Optional<NewTokens> newTokens;
    private final Runnable onChange;

    @Activate
    public RequestCallers(
            @Reference ManagementPlane plane, @Reference Accounts accounts, @Reference RoleAuthorizer authorizer) {
        this(plane, accounts, authorizer, Clock.systemUTC());
    }

    /** What SCR keeps up to date otherwise. */
    void know(List<BearerTokens> tokens) {
        bearerTokens = tokens;
    }

    RequestCallers(ManagementPlane plane, Accounts accounts, RoleAuthorizer authorizer, Clock clock) {
        this.accounts = accounts;
        this.authorizer = authorizer;
        this.clock = clock;
        this.settings = new Settings(plane.watched(Setting.class));
        this.duties = new Duties(settings, new MfaPolicy(settings, plane.watched(GlobalRoleBinding.class)));
        this.keyedDigest = newKeyedDigest();
        this.worker = Executors.newSingleThreadScheduledExecutor(Threads.named("auth-standings"));
        this.useWriter = Executors.newSingleThreadScheduledExecutor(Threads.named("auth-token-uses"));
        this.uses = new TokenUses(plane.objects(Token.class), useWriter);
        this.standings = new Standings(worker);
        this.newTokens = plane.isShared() ? Optional.of(new NewTokens(plane, accounts, clock)) : Optional.empty();
        this.onChange = standings::changed;
        accounts.listen(onChange);
        authorizer.listen(onChange);
    }

    @Deactivate
    void close() {
        accounts.unlisten(onChange);
        authorizer.unlisten(onChange);
        worker.shutdownNow();
        useWriter.shutdownNow();
        newTokens.ifPresent(NewTokens::close);
    }

    @Override
    public Identity identify(RequestHead request) {
        Optional<Identity> byOthers = Credentials.bearer(request.headers()).flatMap(token -> identify(token, request));
        if (byOthers.isPresent()) {
            return byOthers.get();
        }
        Credentials.Presented presented = Credentials.in(request.headers());
        if (presented instanceof Credentials.Presented.Malformed malformed) {
            return new Identity.Refused(malformed.reason());
        }
        boolean byCookie = presented instanceof Credentials.Presented.Some some && some.byCookie();
        if (Origins.isForeign(request, byCookie, settings::serverHost)) {
            return new Identity.Forbidden("origin not allowed");
        }
        return presented instanceof Credentials.Presented.Some some
                ? identify(some.credentials(), request)
                : new Identity.Anonymous();
    }

    /** By those who know tokens of another form. */
    private Optional<Identity> identify(String token, RequestHead request) {
        for (BearerTokens known : bearerTokens) {
            Optional<Identity> identity = known.identify(token);
            if (identity.isPresent()) {
                return RequestPath.cluster(request.path())
                                .filter(known.clusterId()::equals)
                                .isPresent()
                        ? identity
                        : Optional.of(new Identity.Refused("the token is good for another cluster only"));
            }
        }
        return Optional.empty();
    }

    private Identity identify(Credentials credentials, RequestHead request) {
        Optional<TokenState> found = accounts.token(credentials.name());
        if (found.isEmpty()) {
            return new Identity.Refused("the token is unknown or was revoked");
        }
        TokenState token = found.get();
        Optional<Boolean> matches = matches(token, credentials.secret());
        if (matches.isEmpty()) {
            return new Identity.Refused("the token can't be checked just now; try again");
        }
        if (!matches.get()) {
            return new Identity.Refused("the token's secret is wrong");
        }
        if (!accounts.counts(token.provider())) {
            return new Identity.Refused("the token's identity provider is disabled");
        }
        Instant now = clock.instant();
        if (!token.isEnabled()) {
            return new Identity.Refused("the token is disabled");
        }
        if (token.isExpired(now)) {
            return new Identity.Refused("the token has expired");
        }
        if (token.isSession() && token.isIdle(now, settings.idleSessionLife())) {
            return new Identity.Refused("the session was not used for too long");
        }
        if (token.cluster().isPresent() && !token.cluster().equals(RequestPath.cluster(request.path()))) {
            return new Identity.Refused("the token is good for another cluster only");
        }
        Optional<UserState> user = accounts.user(token.userId());
        if (user.isEmpty()) {
            return new Identity.Refused("the token's user is gone");
        }
        if (!user.get().enabled()) {
            return new Identity.Refused("the token's user is disabled");
        }
        if (token.noteUse(now)) {
            uses.note(
                    token.name(),
                    new TokenUses.Use(
                            now.truncatedTo(ChronoUnit.SECONDS),
                            request.remoteAddress(),
                            header(request, "User-Agent"),
                            credentials.secret()));
        }
        if (token.isSession() && token.isLocal() && !Duties.isOnTheWay(request)) {
            Optional<String> duty = duties.open(user.get());
            if (duty.isPresent()) {
                return new Identity.Forbidden(duty.get());
            }
        }
        return new Identity.Known(token.caller(user.get(), header(request, "Host")));
    }

    @Override
    public Optional<CompletionStage<Void>> soon(RequestHead refused) {
        return newTokens.isPresent()
                        && Credentials.in(refused.headers()) instanceof Credentials.Presented.Some some
                        && accounts.token(some.credentials().name()).isEmpty()
                ? newTokens.get().soon(some.credentials().name(), RemoteSource.of(refused.remoteAddress()))
                : Optional.empty();
    }

    @Override
    public Standing whileAllowed(Caller caller, Optional<Question> right, Runnable ended) {
        return standings.add(() -> stillStands(caller), () -> stillMay(caller, right), ended);
    }

    private boolean stillStands(Caller caller) {
        if (caller.token().isEmpty()) {
            return true;
        }
        for (BearerTokens known : bearerTokens) {
            Optional<Boolean> good = known.isGood(caller.token().get());
            if (good.isPresent()) {
                return good.get();
            }
        }
        return accounts.token(caller.token().get())
                .filter(token -> token.isEnabled() && !token.isExpired(clock.instant()))
                .filter(token -> accounts.counts(token.provider()))
                .filter(token -> !token.isSession() || !token.isIdle(clock.instant(), settings.idleSessionLife()))
                .filter(token -> token.userId().equals(caller.userId()))
                .flatMap(token -> accounts.user(token.userId()))
                .filter(UserState::enabled)
                .isPresent();
    }

    private boolean stillMay(Caller caller, Optional<Question> right) {
        if (right.isEmpty()) {
            return true;
        }
        return authorizer.decide(current(caller), right.get()).allowed();
    }

    @Override
    public Caller current(Caller caller) {
        return caller.token().isEmpty()
                ? caller
                : accounts.user(caller.userId())
                        .map(user -> new Caller(caller.userId(), user.groups(), caller.extra(), caller.token()))
                        .orElse(caller);
    }

    /** Empty when this token takes long to check and another is being checked: they are checked one at a time. */
    private Optional<Boolean> matches(TokenState token, String secret) {
        byte[] presentation = presentation(secret);
        if (token.remembers(presentation)) {
            return Optional.of(true);
        }
        if (!token.hasSlowHash()) {
            return Optional.of(token.matches(secret, presentation));
        }
        if (!slowHashes.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(token.matches(secret, presentation));
        } finally {
            slowHashes.release();
        }
    }

    private byte[] presentation(String secret) {
        try {
            MessageDigest digest = (MessageDigest) keyedDigest.clone();
            return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The JDK's SHA-256 can be cloned", e);
        }
    }

    private static String header(RequestHead request, String name) {
        List<String> values = request.headers().apply(name);
        return values == null || values.isEmpty() || values.get(0) == null ? "" : values.get(0);
    }

    private static MessageDigest newKeyedDigest() {
        try {
            byte[] key = new byte[PRESENTATION_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(key);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 belongs to every JDK", e);
        }
    }
}

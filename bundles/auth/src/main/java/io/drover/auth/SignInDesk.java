package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.Caller;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.auth.Principal;
import io.drover.api.auth.RemoteSource;
import io.drover.api.auth.Sessions.Which;
import io.drover.api.auth.SignIns;
import io.drover.api.auth.TellsSessionEnds;
import io.drover.api.auth.TellsSessionEnds.EndedSession;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs people in through whichever providers are there, slows down those who guess, and gives out tokens. */
@Component(service = {SignIns.class, SignInDesk.class})
public final class SignInDesk implements SignIns {

    private static final Logger log = LoggerFactory.getLogger(SignInDesk.class);
    private static final String FIRST_LOGIN = "first-login";
    private static final int LONGEST_CREDENTIAL = 16 * 1024;
    private static final String LOCAL = "local";
    private static final String MFA_CODE = "mfaCode";
    private static final String MFA_REQUIRED = "MFARequired";
    private static final String SESSION = "session";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile PasswordHasher hasher;

    private final ManagementPlane plane;
    private final Objects<User> users;
    private final Objects<Token> tokens;
    private final Objects<Setting> settingObjects;
    private final ProviderRegistry registry;
    private final Accounts accounts;
    private final TokenSessions sessions;
    private final SecondFactors secondFactors;
    private final Duties duties;
    private final Members members;
    private final TokenIssuer issuer;
    private final Settings settings;
    private final Passwords passwords = new Passwords(() -> Optional.ofNullable(hasher));
    private final GuessingLimit limit;
    private final FirstPasswordFile firstPasswordFile;
    private final Map<String, SignInPool> pools = new ConcurrentHashMap<>();

    @Activate
    public SignInDesk(
            @Reference ManagementPlane plane,
            @Reference Accounts accounts,
            @Reference ProviderRegistry registry,
            @Reference TokenSessions sessions,
            @Reference SecondFactors secondFactors,
            BundleContext context) {
        this(plane, accounts, registry, sessions, secondFactors, FirstPasswordFile.of(context), Clock.systemUTC());
    }

    SignInDesk(
            ManagementPlane plane,
            Accounts accounts,
            ProviderRegistry registry,
            TokenSessions sessions,
            SecondFactors secondFactors,
            FirstPasswordFile firstPasswordFile,
            Clock clock) {
        this.plane = plane;
        this.registry = registry;
        this.accounts = accounts;
        this.sessions = sessions;
        this.secondFactors = secondFactors;
        this.users = plane.objects(User.class);
        this.tokens = plane.objects(Token.class);
        this.settingObjects = plane.objects(Setting.class);
        this.settings = new Settings(plane.watched(Setting.class));
        this.duties = new Duties(settings, new MfaPolicy(settings, plane.watched(GlobalRoleBinding.class)));
        this.members = new Members(plane, accounts, clock);
        this.issuer = new TokenIssuer(plane.objects(Token.class), accounts, settings, clock);
        this.firstPasswordFile = firstPasswordFile;
        this.limit = new GuessingLimit(clock);
    }

    SignInDesk with(PasswordHasher newHasher, IdentityProvider... newProviders) {
        hasher = newHasher;
        for (IdentityProvider provider : newProviders) {
            registry.addProvider(provider);
        }
        return this;
    }

    @Deactivate
    void close() {
        pools.values().forEach(SignInPool::close);
    }

    @Override
    public List<IdentityProvider> providers() {
        return registry.all();
    }

    @Override
    public Optional<IssuedToken> signIn(
            String provider, Map<String, String> credentials, TokenRequest request, String remoteAddress) {
        return prove(provider, credentials, remoteAddress).map(signedIn -> {
            Resource<User> user = members.member(signedIn);
            boolean secondFactor = false;
            if (provider.equals(LOCAL)) {
                secondFactor = requireSecondFactor(user.name(), credentials.getOrDefault(MFA_CODE, ""));
                requireNothingElse(user.name(), request);
            }
            signedIn.keepsake().ifPresent(keepsake -> registry.keep(user.name(), provider, keepsake));
            return issuer.toSignedIn(user.name(), signedIn.user(), request, secondFactor, session(provider, signedIn));
        });
    }

    private Optional<String> session(String provider, SignedIn signedIn) {
        return registry.find(provider)
                .filter(TellsSessionEnds.class::isInstance)
                .map(TellsSessionEnds.class::cast)
                .flatMap(telling -> telling.sessionOf(signedIn));
    }

    @Override
    public List<String> endSessions(String provider, String notice, String remoteAddress) {
        TellsSessionEnds telling = registry.find(provider)
                .filter(TellsSessionEnds.class::isInstance)
                .map(TellsSessionEnds.class::cast)
                .orElseThrow(
                        () -> DroverException.notFound("The identity provider " + provider + " tells of no sessions"));
        EndedSession ended = pools.computeIfAbsent(provider, SignInPool::new)
                .run(RemoteSource.of(remoteAddress), () -> telling.ended(notice))
                .orElseThrow(() -> DroverException.unavailable("Too much is told at once; try again"));
        return sessions.revoke(provider, ended);
    }

    /**
     * Whom the credentials prove, if the provider's configuration lets him in.
     *
     * @throws DroverException {@code DENIED} if it does not, else as {@link #signIn}
     */
    Optional<SignedIn> prove(String provider, Map<String, String> credentials, String remoteAddress) {
        IdentityProvider found = registry.find(provider)
                .orElseThrow(() -> DroverException.notFound("There is no identity provider " + provider));
        Optional<Map<String, String>> usable = usable(credentials);
        if (usable.isEmpty()) {
            return Optional.empty();
        }
        Optional<SignedIn> proved = prove(found, usable.get(), RemoteSource.of(remoteAddress));
        if (proved.isPresent() && !registry.allows(provider, proved.get())) {
            log.info("Sign-in refused, not among those who are allowed: provider={}", provider);
            throw DroverException.denied("You are not among those who may sign in here");
        }
        return proved;
    }

    /** @return whether he has one, which then is proved */
    private boolean requireSecondFactor(String userId, String code) {
        if (!secondFactors.isEnrolled(userId)) {
            return false;
        }
        if (code.isEmpty()) {
            throw DroverException.unauthenticated(
                    MFA_REQUIRED, "a code of the second factor is required, in the field " + MFA_CODE);
        }
        try {
            secondFactors.prove(userId, code);
            return true;
        } catch (DroverException e) {
            throw SecondFactors.isWrong(e) ? DroverException.unauthenticated(MFA_REQUIRED, e.getMessage()) : e;
        }
    }

    /** Whoever has something to do first gets a session to do it with, and nothing that would go on without it. */
    private void requireNothingElse(String userId, TokenRequest request) {
        if (!request.kind().equals(SESSION)) {
            accounts.user(userId).flatMap(duties::open).ifPresent(duty -> {
                throw DroverException.denied(duty);
            });
        }
    }

    private Optional<SignedIn> prove(IdentityProvider provider, Map<String, String> credentials, String source) {
        // Codes name nobody, so wrong ones count against their source alone.
        String user = provider.name() + "/"
                + credentials.getOrDefault("username", source).strip().toLowerCase(Locale.ROOT);
        if (!limit.mayTry(user, source)) {
            log.debug("Sign-in refused, too many failures: provider={} source={}", provider.name(), source);
            return Optional.empty();
        }
        Optional<Optional<SignedIn>> answer = pools.computeIfAbsent(provider.name(), SignInPool::new)
                .run(source, () -> registry.prove(provider, credentials));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        Optional<SignedIn> signedIn = answer.get();
        if (signedIn.isPresent()) {
            limit.succeeded(user, source);
        } else {
            limit.failed(user, source);
            log.info("Sign-in failed: provider={} source={}", provider.name(), source);
        }
        return signedIn;
    }

    @Override
    public IssuedToken issue(String userId, TokenRequest request) {
        return issuer.issue(userId, principalOf(acting(userId)), request);
    }

    @Override
    public IssuedToken issue(Caller caller, TokenRequest request) {
        Resource<User> user = acting(caller.userId());
        Principal principal = caller.token()
                .flatMap(tokens::get)
                .filter(token -> user.name().equals(token.value().userId()))
                .flatMap(SignInDesk::proved)
                .orElseGet(() -> principalOf(user));
        return issuer.issue(user.name(), principal, request);
    }

    private Resource<User> acting(String userId) {
        Resource<User> user = existing(userId);
        if (!user.value().mayAct() || user.isBeingDeleted()) {
            throw DroverException.denied("User " + userId + " is disabled");
        }
        return user;
    }

    @Override
    public void setPassword(String userId, String newPassword, boolean mustChange, Optional<String> keptSession) {
        Resource<User> user = existing(userId);
        if (user.value().username() == null || user.value().username().isEmpty()) {
            throw DroverException.rejected("User " + userId + " signs in elsewhere and has no password here");
        }
        Passwords.check(user.value().username(), newPassword, settings.shortestPassword());
        String hash = inTurn(userId, () -> passwords.hash(newPassword))
                .orElseThrow(() -> DroverException.unavailable("Too many passwords are being set; try again"));
        users.edit(userId, resource -> resource.with(value -> Users.withPassword(value, hash, mustChange)));
        sessions.revoke(Which.sessionsOf(userId).keeping(keptSession));
        if (FirstAdmin.isMadeAtFirstStart(user)) {
            FirstAdmin.forgetPassword(plane, firstPasswordFile);
        }
        settleFirstLogin();
        log.info("Password set: user={}", userId);
    }

    @Override
    public boolean passwordMatches(String userId, String password) {
        String hash = existing(userId).value().password();
        String key = "own-password/" + userId;
        if (hash == null || hash.isEmpty() || !limit.mayTry(key, key)) {
            return false;
        }
        boolean matches =
                inTurn(userId, () -> passwords.matches(hash, password)).orElse(false);
        if (matches) {
            limit.succeeded(key, key);
        } else {
            limit.failed(key, key);
        }
        return matches;
    }

    /** On threads of their own, so that nobody's passwords hold up the others' requests. */
    private <T> Optional<T> inTurn(String userId, Callable<T> work) {
        return pools.computeIfAbsent("", name -> new SignInPool("passwords")).run(userId, work);
    }

    private Resource<User> existing(String userId) {
        return users.get(userId).orElseThrow(() -> DroverException.notFound("users \"" + userId + "\" not found"));
    }

    private void settleFirstLogin() {
        if (settingObjects.get(FIRST_LOGIN).isPresent()) {
            settingObjects.edit(
                    FIRST_LOGIN,
                    resource -> resource.with(old -> new Setting("false", old.defaultValue(), true, old.source())));
            return;
        }
        try {
            settingObjects.create(Resource.named(FIRST_LOGIN, new Setting("false", "true", true, null)));
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
            settleFirstLogin();
        }
    }

    /** What a user was known by when he was made; a token that he gets without signing in names it. */
    private static Principal principalOf(Resource<User> user) {
        String id = user.value().principalIds().stream().findFirst().orElse("local://" + user.name());
        String provider = id.substring(0, Math.max(0, id.indexOf("://"))).replaceFirst("_.*", "");
        String login = user.value().username() == null ? "" : user.value().username();
        return new Principal(id, false, user.value().displayName(), login, provider);
    }

    /** Whom the sign-in proved that this token stands for. */
    private static Optional<Principal> proved(Resource<Token> token) {
        String provider = token.value().authProvider();
        return Optional.ofNullable(token.value().userPrincipal())
                .filter(principal -> provider != null && !provider.isEmpty())
                .filter(principal ->
                        principal.metadata() != null && principal.metadata().name() != null)
                .map(principal -> new Principal(
                        principal.metadata().name(), false, principal.displayName(), principal.loginName(), provider));
    }

    /** Absent when one of them is longer than any real one, or none is there. */
    private static Optional<Map<String, String>> usable(Map<String, String> credentials) {
        Map<String, String> usable = new HashMap<>();
        for (Map.Entry<String, String> credential : credentials.entrySet()) {
            String value = credential.getValue();
            if (value != null && value.length() > LONGEST_CREDENTIAL) {
                return Optional.empty();
            }
            if (value != null) {
                usable.put(credential.getKey(), value);
            }
        }
        return usable.isEmpty() ? Optional.empty() : Optional.of(usable);
    }
}

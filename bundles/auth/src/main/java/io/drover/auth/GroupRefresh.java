package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers again for those who hold tokens: whether they may still come in, and for their groups. By the clock, by age, and when
 * somebody wants it; one user at a time, so a directory is never flooded.
 */
final class GroupRefresh implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupRefresh.class);

    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final ProviderRegistry registry;
    private final Members members;
    private final Settings settings;
    private final Watched<User> users;
    private final Objects<UserAttribute> attributeObjects;
    private final Watched<UserAttribute> attributes;
    private final Watched<Token> watchedTokens;
    private final Objects<Token> tokens;
    private final Clock clock;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService worker;
    private final Map<String, Instant> tried = new ConcurrentHashMap<>();
    private ZonedDateTime lastLook;

    GroupRefresh(ManagementPlane plane, ProviderRegistry registry, Members members, Settings settings, Clock clock) {
        this(
                plane,
                registry,
                members,
                settings,
                clock,
                Executors.newSingleThreadScheduledExecutor(Threads.named("auth-group-refresh")));
    }

    /** @param worker asks one after the other; ended with this */
    GroupRefresh(
            ManagementPlane plane,
            ProviderRegistry registry,
            Members members,
            Settings settings,
            Clock clock,
            ScheduledExecutorService worker) {
        this.worker = worker;
        this.registry = registry;
        this.members = members;
        this.settings = settings;
        this.users = plane.watched(User.class);
        this.attributeObjects = plane.objects(UserAttribute.class);
        this.attributes = plane.watched(UserAttribute.class);
        this.watchedTokens = plane.watched(Token.class);
        this.tokens = plane.objects(Token.class);
        this.clock = clock;
        this.lastLook = now();
        worker.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }

    void user(String userId) {
        user(userId, Instant.MAX);
    }

    /** @param since nothing is done if he was asked for at that time or later, by whichever server */
    private void user(String userId, Instant since) {
        if (waiting.add(userId)) {
            worker.execute(() -> {
                waiting.remove(userId);
                try {
                    refresh(userId, since);
                } catch (DroverException e) {
                    log.info("Groups can't be asked for now: user={} reason={}", userId, e.getMessage());
                }
            });
        }
    }

    void all() {
        withTokens().forEach(this::user);
    }

    private Set<String> withTokens() {
        return watchedTokens.list().stream()
                .map(token -> token.value().userId())
                .filter(id -> id != null && !id.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Every minute: is it time for all, and whose groups are too old? */
    void look() {
        try {
            ZonedDateTime now = now();
            boolean due = Schedule.parse(settings.groupRefreshSchedule())
                    .filter(schedule -> schedule.isDueBetween(lastLook, now))
                    .isPresent();
            lastLook = now;
            Instant tooOld = now.toInstant().minus(settings.groupsGoodFor());
            withTokens().stream()
                    .filter(id -> due || isOlder(id, tooOld) && isOutOfPause(id, now.toInstant()))
                    .forEach(id -> {
                        tried.put(id, now.toInstant());
                        user(id, due ? now.toInstant() : tooOld);
                    });
            tried.values().removeIf(time -> time.isBefore(now.toInstant().minus(PAUSE)));
        } catch (RuntimeException e) {
            log.error("Groups can't be looked after now", e);
        }
    }

    /** A provider that is away is not asked again every minute. */
    private boolean isOutOfPause(String userId, Instant now) {
        Instant last = tried.get(userId);
        return last == null || last.isBefore(now.minus(PAUSE));
    }

    private boolean isOlder(String userId, Instant time) {
        return attributes
                .get(userId)
                .map(attribute -> isOlder(attribute.value(), time))
                .orElse(false);
    }

    private static boolean isOlder(UserAttribute attribute, Instant time) {
        try {
            return attribute.lastRefresh() == null
                    || Instant.parse(attribute.lastRefresh()).isBefore(time);
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    private record Question(String principalId, AccessRefresh provider) {}

    private void refresh(String userId, Instant since) {
        List<Question> questions = users.get(userId).stream()
                .flatMap(user -> user.value().principalIds().stream())
                .flatMap(id -> question(id).stream())
                .toList();
        if (questions.isEmpty()) {
            return;
        }
        Optional<Resource<UserAttribute>> before = attributeObjects.get(userId);
        if (before.isPresent() && !claim(userId, since)) {
            return;
        }
        long answered = questions.stream()
                .filter(question -> ask(userId, question.principalId(), question.provider()))
                .count();
        if (answered == 0) {
            before.ifPresent(known -> note(userId, old -> true, known.value().lastRefresh()));
        }
    }

    private Optional<Question> question(String principalId) {
        return ProviderSettings.ofPrincipal(principalId)
                .flatMap(registry::find)
                .filter(AccessRefresh.class::isInstance)
                .map(provider -> new Question(principalId, (AccessRefresh) provider));
    }

    /**
     * Writes down that he is being asked for, unless another server did: what somebody left at his last sign-in is good for one question
     * at many providers, and whoever asks with it second would take him for gone.
     */
    private boolean claim(String userId, Instant since) {
        return note(userId, old -> isOlder(old, since), clock.instant().toString());
    }

    /** @return whether the condition held and the time was written */
    private boolean note(String userId, Predicate<UserAttribute> condition, String lastRefresh) {
        boolean[] held = {false};
        attributeObjects.edit(userId, resource -> {
            held[0] = condition.test(resource.value());
            return held[0] ? resource.with(old -> askedAt(old, lastRefresh)) : resource;
        });
        return held[0];
    }

    private static UserAttribute askedAt(UserAttribute old, String lastRefresh) {
        return new UserAttribute(
                old.userName(), old.groupPrincipals(), lastRefresh, old.needsRefresh(), old.extraByProvider());
    }

    /** @return whether the provider said anything, so that his groups are as new as can be */
    private boolean ask(String userId, String principalId, AccessRefresh provider) {
        try {
            Optional<SignedIn> still = provider.refresh(principalId, registry.keepsake(userId, provider.name()))
                    .filter(signedIn -> registry.allows(provider.name(), signedIn));
            if (still.isPresent()) {
                members.remember(userId, still.get());
                still.get().keepsake().ifPresent(keepsake -> registry.keep(userId, provider.name(), keepsake));
            } else {
                end(userId, provider.name());
            }
            return true;
        } catch (DroverException e) {
            if (e.fault() != Fault.UNAVAILABLE) {
                log.warn(
                        "Groups can't be asked for: user={} provider={} reason={}",
                        userId,
                        provider.name(),
                        e.getMessage());
                return false;
            }
            log.info(
                    "Groups stay as they are, the provider is away: user={} provider={} reason={}",
                    userId,
                    provider.name(),
                    e.getMessage());
        } catch (RuntimeException e) {
            log.error("Groups can't be asked for: user={} provider={}", userId, provider.name(), e);
        }
        return false;
    }

    /** The provider does not let him in any more: neither do we, by it. */
    private void end(String userId, String provider) {
        members.forget(userId, provider);
        watchedTokens.list().stream()
                .filter(token -> userId.equals(token.value().userId()))
                .filter(token -> provider.equals(token.value().authProvider()))
                .forEach(token -> tokens.delete(token.name()));
        log.info("The provider knows him no more, his tokens end: user={} provider={}", userId, provider);
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
    }
}

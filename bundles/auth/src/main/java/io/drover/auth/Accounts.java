package io.drover.auth;

import io.drover.api.model.AuthConfig;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Tokens and users in memory, as the watch last told of them. Reading never blocks; any thread. */
@Component(service = Accounts.class)
public final class Accounts {

    /** Before a user's id among what is awaited; no token has such a name. */
    private static final String USER = "user/";

    private static final long USER_TOLD_WITHIN_SECONDS = 10;

    private final Watched<Token> watchedTokens;
    private final Watched<User> watchedUsers;
    private final Watched<UserAttribute> watchedAttributes;
    private final Watched<AuthConfig> watchedProviders;
    private final Map<String, TokenState> tokens = new ConcurrentHashMap<>();
    private final Map<String, UserState> users = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> watches = new ArrayList<>();

    @Activate
    public Accounts(@Reference ManagementPlane plane) {
        watchedTokens = plane.watched(Token.class);
        watchedUsers = plane.watched(User.class);
        watchedAttributes = plane.watched(UserAttribute.class);
        watchedProviders = plane.watched(AuthConfig.class);
        watches.add(watchedTokens.listen(new OnChange<>(this::tokenChanged)));
        watches.add(watchedUsers.listen(new OnChange<>(user -> userChanged(user.name()))));
        watches.add(watchedAttributes.listen(new OnChange<>(attribute -> userChanged(attribute.name()))));
        watches.add(watchedProviders.listen(new OnChange<>(provider -> providerChanged())));
    }

    @Deactivate
    void close() throws Exception {
        for (AutoCloseable watch : watches) {
            watch.close();
        }
    }

    Optional<TokenState> token(String name) {
        TokenState known = tokens.get(name);
        // The informer may know of a token whose news has not come here yet.
        return known != null ? Optional.of(known) : watchedTokens.get(name).map(TokenState::new);
    }

    Optional<UserState> user(String id) {
        UserState known = users.get(id);
        return known != null ? Optional.of(known) : currentUser(id);
    }

    /** The user that a provider knows by this principal. */
    Optional<String> userOf(String principal) {
        return watchedUsers.list().stream()
                .filter(user -> user.value().principalIds().contains(principal))
                .map(Resource::name)
                .findFirst();
    }

    /** Completes when the token of this name is known here; to be asked before it is created. */
    CompletableFuture<Void> await(String token) {
        return awaited.computeIfAbsent(token, name -> new CompletableFuture<>());
    }

    void stopAwaiting(String token) {
        awaited.remove(token);
    }

    /** Completes when the user is known here, who perhaps was made a moment ago. */
    CompletableFuture<Void> awaitUser(String id) {
        CompletableFuture<Void> known = awaited.computeIfAbsent(USER + id, key -> new CompletableFuture<>());
        if (user(id).isPresent()) {
            known.complete(null);
        }
        return known.copy()
                .completeOnTimeout(null, USER_TOLD_WITHIN_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> awaited.remove(USER + id, known));
    }

    /** Calls {@code changed} after each change that may end a token or a user's rights; it must return at once. */
    void listen(Runnable changed) {
        listeners.add(changed);
    }

    void unlisten(Runnable changed) {
        listeners.remove(changed);
    }

    private void tokenChanged(Resource<Token> token) {
        tokens.compute(token.name(), (name, before) -> watchedTokens
                .get(name)
                .map(now -> new TokenState(now).after(before))
                .orElse(null));
        CompletableFuture<Void> waiting = awaited.get(token.name());
        if (waiting != null) {
            waiting.complete(null);
        }
        listeners.forEach(Runnable::run);
    }

    private void userChanged(String id) {
        users.compute(id, (key, before) -> currentUser(key).orElse(null));
        CompletableFuture<Void> waiting = awaited.get(USER + id);
        if (waiting != null && users.containsKey(id)) {
            waiting.complete(null);
        }
        listeners.forEach(Runnable::run);
    }

    /** Groups of a provider that was disabled count no more. */
    private void providerChanged() {
        users.replaceAll((id, before) -> currentUser(id).orElse(before));
        listeners.forEach(Runnable::run);
    }

    /** Whether what this provider proved holds: Drover's own does always, others while they are enabled. */
    boolean counts(String provider) {
        return provider.isEmpty()
                || provider.equals("local")
                || watchedProviders
                        .get(provider)
                        .filter(config -> config.value().isEnabled())
                        .isPresent();
    }

    private Optional<UserState> currentUser(String id) {
        return watchedUsers.get(id).map(user -> UserState.of(user, watchedAttributes.get(id), this::counts));
    }

    /** What matters is what the informer knows now, so a change and a deletion are the same news. */
    private record OnChange<K extends Record>(Consumer<Resource<K>> look) implements Watched.Listener<K> {

        @Override
        public void changed(Optional<Resource<K>> before, Resource<K> after) {
            look.accept(after);
        }

        @Override
        public void deleted(Resource<K> last) {
            look.accept(last);
        }
    }
}

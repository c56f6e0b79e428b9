package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import io.drover.api.auth.RedirectSignIn;
import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the API asks of identity providers besides signing people in. */
@Component(service = AuthProviders.class)
public final class ProviderDesk implements AuthProviders {

    private static final Logger log = LoggerFactory.getLogger(ProviderDesk.class);
    private static final int FOUND_BY_EACH = 100;
    private static final int THREADS = 8;
    private static final int WAITING = 64;
    private static final long LONGEST_SECONDS = 10;

    private final ProviderRegistry registry;
    private final SignInDesk signIns;
    private final Members members;
    private final GroupRefresh refresh;
    private final ThreadPoolExecutor threads;

    @Activate
    public ProviderDesk(
            @Reference ManagementPlane plane,
            @Reference Accounts accounts,
            @Reference ProviderRegistry registry,
            @Reference SignInDesk signIns) {
        this(plane, accounts, registry, signIns, Clock.systemUTC());
    }

    ProviderDesk(ManagementPlane plane, Accounts accounts, ProviderRegistry registry, SignInDesk signIns, Clock clock) {
        this.registry = registry;
        this.signIns = signIns;
        this.members = new Members(plane, accounts, clock);
        this.refresh = new GroupRefresh(plane, registry, members, new Settings(plane.watched(Setting.class)), clock);
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Threads.named("auth-search"));
        threads.allowCoreThreadTimeOut(true);
    }

    @Deactivate
    void close() {
        refresh.close();
        threads.shutdownNow();
    }

    @Override
    public List<IdentityProviderFactory<?>> kinds() {
        return registry.kinds();
    }

    @Override
    public Optional<IdentityProvider> enabled(String name) {
        return registry.find(name);
    }

    @Override
    public Optional<URI> redirect(String provider, String browser) {
        return registry.find(provider).filter(RedirectSignIn.class::isInstance).map(found -> ((RedirectSignIn) found)
                .begin(registry.attempt(found, browser)));
    }

    @Override
    public Optional<URI> redirect(String provider, Map<String, Object> settings, String browser) {
        IdentityProvider tried = registry.open(provider, settings);
        try {
            return tried instanceof RedirectSignIn redirect
                    ? Optional.of(redirect.begin(registry.attemptForTest(tried, browser)))
                    : Optional.empty();
        } finally {
            tried.close();
        }
    }

    @Override
    public Optional<SignedIn> test(String provider, Map<String, Object> settings, Map<String, String> credentials) {
        IdentityProvider tried = registry.open(provider, settings);
        try {
            return registry.proveForTest(tried, credentials);
        } finally {
            tried.close();
        }
    }

    @Override
    public Map<String, Object> seal(String provider, Map<String, Object> settings, boolean complete) {
        return registry.seal(provider, settings, complete);
    }

    @Override
    public void link(String userId, SignedIn signedIn) {
        members.link(userId, signedIn);
        signedIn.keepsake()
                .ifPresent(keepsake -> registry.keep(userId, signedIn.user().provider(), keepsake));
    }

    @Override
    public Optional<Principal> link(String userId, String provider, Map<String, String> credentials, String source) {
        Optional<SignedIn> signedIn = signIns.prove(provider, credentials, source);
        signedIn.ifPresent(proved -> link(userId, proved));
        return signedIn.map(SignedIn::user);
    }

    // --- looking people up

    @Override
    public List<Principal> search(String text, Optional<Boolean> group) {
        List<Future<List<Principal>>> searches = new ArrayList<>();
        for (IdentityProvider provider : registry.all()) {
            if (provider instanceof PrincipalDirectory directory) {
                try {
                    searches.add(threads.submit(() -> directory.search(text, group, FOUND_BY_EACH)));
                } catch (RejectedExecutionException e) {
                    throw DroverException.unavailable("Too many searches at once; try again in a moment");
                }
            }
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        List<Principal> found = new ArrayList<>();
        searches.forEach(search -> found.addAll(get(search, end - System.nanoTime())));
        return found;
    }

    private static List<Principal> get(Future<List<Principal>> search, long nanos) {
        try {
            return search.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            search.cancel(true);
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            search.cancel(true);
            log.warn("A provider takes too long for a search and is left out");
        } catch (ExecutionException e) {
            log.warn(
                    "A provider is left out of a search: reason={}",
                    e.getCause().getMessage());
        }
        return List.of();
    }

    @Override
    public Optional<Principal> find(String principalId) {
        return ProviderSettings.ofPrincipal(principalId)
                .flatMap(registry::find)
                .filter(PrincipalDirectory.class::isInstance)
                .flatMap(provider -> ((PrincipalDirectory) provider).find(principalId));
    }

    @Override
    public void refresh(String userId) {
        refresh.user(userId);
    }

    @Override
    public void refreshAll() {
        refresh.all();
    }
}

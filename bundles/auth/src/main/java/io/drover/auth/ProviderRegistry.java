package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.RedirectSignIn;
import io.drover.api.auth.RedirectSignIn.Attempt;
import io.drover.api.model.AuthConfig;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers that are there now: those that are services, and one for each enabled configuration whose plugin is installed. A
 * provider that is disabled ends: nobody signs in through it, and the tokens that it proved are removed.
 */
@Component(service = ProviderRegistry.class)
public final class ProviderRegistry {

    private static final Logger log = LoggerFactory.getLogger(ProviderRegistry.class);
    private static final String LOCAL = "local";
    private static final String KEEPSAKES = "cattle-system";
    private static final String STATES = "sign-in-states";

    private final Objects<AuthConfig> configs;
    private final Watched<AuthConfig> watchedConfigs;
    private final Objects<Token> tokens;
    private final Watched<Token> watchedTokens;
    private final ProviderSecrets secrets;
    private final ProviderAccess access;
    private final RedirectStates states;
    private final Map<String, Factory> factories = new ConcurrentHashMap<>();
    private final List<IdentityProvider> services = new CopyOnWriteArrayList<>();
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(Threads.named("auth-providers"));
    private final AutoCloseable watch;

    private record Factory(IdentityProviderFactory<?> factory, ProviderSettings settings) {}

    /** A provider and what it was made from. */
    private record Open(IdentityProvider provider, Map<String, Object> settings) {}

    @Activate
    public ProviderRegistry(@Reference ManagementPlane plane, @Reference Accounts accounts) {
        this(plane, accounts, ProviderSecrets.in(plane), Clock.systemUTC());
    }

    ProviderRegistry(ManagementPlane plane, Accounts accounts, ProviderSecrets secrets, Clock clock) {
        this.configs = plane.objects(AuthConfig.class);
        this.watchedConfigs = plane.watched(AuthConfig.class);
        this.tokens = plane.objects(Token.class);
        this.watchedTokens = plane.watched(Token.class);
        this.secrets = secrets;
        this.access = new ProviderAccess(plane, accounts);
        this.states = new RedirectStates(clock, this::stateKey);
        this.watch = watchedConfigs.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<AuthConfig>> before, Resource<AuthConfig> after) {
                later(() -> settle(after.name()));
            }

            @Override
            public void deleted(Resource<AuthConfig> last) {
                later(() -> settle(last.name()));
            }
        });
        later(() -> createIfAbsent(LOCAL, new AuthConfig("localConfig", true, "unrestricted", List.of(), Map.of())));
    }

    @Deactivate
    void close() throws Exception {
        watch.close();
        worker.shutdownNow();
        open.values().forEach(each -> each.provider().close());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProvider(IdentityProvider provider) {
        services.add(provider);
    }

    void removeProvider(IdentityProvider provider) {
        services.remove(provider);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addFactory(IdentityProviderFactory<?> factory) {
        Factory added = new Factory(factory, new ProviderSettings(factory, secrets));
        if (factories.putIfAbsent(factory.name(), added) == null) {
            later(() -> {
                createIfAbsent(
                        factory.name(),
                        new AuthConfig(added.settings().configType(), false, "unrestricted", List.of(), Map.of()));
                settle(factory.name());
            });
        }
    }

    void removeFactory(IdentityProviderFactory<?> factory) {
        Factory known = factories.get(factory.name());
        if (known != null && known.factory() == factory) {
            factories.remove(factory.name());
            later(() -> shut(factory.name()));
        }
    }

    private void later(Runnable work) {
        try {
            worker.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    log.warn("An identity provider can't be looked after now: reason={}", e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("Too late to look after identity providers: the bundle stops");
        }
    }

    private void createIfAbsent(String name, AuthConfig config) {
        if (configs.get(name).isPresent()) {
            return;
        }
        try {
            configs.create(Resource.named(name, config));
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
        }
    }

    /** Opens, opens anew or shuts the provider of that name, whichever is needed now. */
    private void settle(String name) {
        Optional<AuthConfig> config = enabledConfig(name);
        Factory factory = factories.get(name);
        if (config.isEmpty()) {
            shut(name);
            removeTokens(name);
            return;
        }
        Open before = open.get(name);
        if (factory == null
                || before != null && before.settings().equals(config.get().settings())) {
            return;
        }
        try {
            IdentityProvider provider = factory.settings().open(config.get().settings());
            open.put(name, new Open(provider, config.get().settings()));
            if (before != null) {
                before.provider().close();
            }
            log.info("Identity provider configured: provider={}", name);
        } catch (DroverException e) {
            shut(name);
            log.error(
                    "Identity provider is enabled and its configuration can't be used: provider={} reason={}",
                    name,
                    e.getMessage());
        }
    }

    private void shut(String name) {
        Open gone = open.remove(name);
        if (gone != null) {
            gone.provider().close();
            log.info("Identity provider ended: provider={}", name);
        }
    }

    private void removeTokens(String provider) {
        if (provider.equals(LOCAL)) {
            return;
        }
        watchedTokens.list().stream()
                .filter(token -> provider.equals(token.value().authProvider()))
                .forEach(token -> tokens.delete(token.name()));
    }

    private Optional<AuthConfig> enabledConfig(String name) {
        return watchedConfigs.get(name).map(Resource::value).filter(AuthConfig::isEnabled);
    }

    List<IdentityProviderFactory<?>> kinds() {
        return factories.values().stream()
                .<IdentityProviderFactory<?>>map(Factory::factory)
                .sorted(Comparator.comparing(IdentityProviderFactory::name))
                .toList();
    }

    List<IdentityProvider> all() {
        Stream<IdentityProvider> configured = open.entrySet().stream()
                .filter(entry -> enabledConfig(entry.getKey()).isPresent())
                .map(entry -> entry.getValue().provider());
        return Stream.concat(services.stream(), configured)
                .sorted(Comparator.comparing(IdentityProvider::name))
                .toList();
    }

    Optional<IdentityProvider> find(String name) {
        return all().stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    /** A provider of settings that are not stored; to be closed by the caller. */
    IdentityProvider open(String name, Map<String, Object> settings) {
        ProviderSettings kind = settingsOf(name);
        kind.checkAddresses(stored(name), settings);
        return kind.open(settings);
    }

    Map<String, Object> seal(String name, Map<String, Object> settings, boolean complete) {
        ProviderSettings kind = settingsOf(name);
        kind.checkAddresses(stored(name), settings);
        if (complete) {
            kind.open(settings).close();
        }
        Map<String, Object> sealed = kind.seal(settings);
        // A new secret behind the same reference changes no settings.
        later(() -> {
            if (!sealed.equals(settings)) {
                shut(name);
                settle(name);
            }
        });
        return sealed;
    }

    private Map<String, Object> stored(String name) {
        return configs.get(name).map(config -> config.value().settings()).orElse(Map.of());
    }

    private ProviderSettings settingsOf(String name) {
        return Optional.ofNullable(factories.get(name))
                .map(Factory::settings)
                .orElseThrow(() -> DroverException.notFound("There is no plugin for the identity provider " + name));
    }

    private String stateKey() {
        try {
            return secrets.getOrMake(KEEPSAKES, STATES, "key", RedirectStates::newKey);
        } catch (KubernetesClientException e) {
            throw new DroverException(Fault.UNAVAILABLE, "Nobody can be sent to a provider now", e);
        }
    }

    // --- proving

    Optional<SignedIn> prove(IdentityProvider provider, Map<String, String> credentials) {
        return prove(provider, provider.name(), credentials);
    }

    Optional<SignedIn> proveForTest(IdentityProvider provider, Map<String, String> credentials) {
        return prove(provider, testing(provider), credentials);
    }

    private Optional<SignedIn> prove(IdentityProvider provider, String purpose, Map<String, String> credentials) {
        if (provider instanceof RedirectSignIn redirect) {
            String code = credentials.getOrDefault(AuthProviders.CODE, "");
            boolean whole = !code.isEmpty() && redirect.isAnswerOf(credentials.getOrDefault(AuthProviders.ISSUER, ""));
            return !whole
                    ? Optional.empty()
                    : states.take(purpose, credentials).flatMap(attempt -> redirect.finish(attempt, code));
        }
        return provider.signIn(credentials);
    }

    Attempt attempt(IdentityProvider provider, String browser) {
        return states.begin(provider.name(), browser);
    }

    Attempt attemptForTest(IdentityProvider provider, String browser) {
        return states.begin(testing(provider), browser);
    }

    private static String testing(IdentityProvider provider) {
        return "test of " + provider.name();
    }

    /** Whether the configuration lets in somebody whom the provider knows. */
    boolean allows(String provider, SignedIn signedIn) {
        return watchedConfigs
                .get(provider)
                .map(config -> access.allows(config.value(), signedIn))
                .orElse(true);
    }

    // --- what people leave behind for the next time

    void keep(String userId, String provider, String keepsake) {
        secrets.put(KEEPSAKES, userId + "-secret", provider, keepsake);
    }

    Optional<String> keepsake(String userId, String provider) {
        return secrets.get(KEEPSAKES, userId + "-secret", provider);
    }

    void forget(String userId) {
        secrets.delete(KEEPSAKES, userId + "-secret");
    }
}

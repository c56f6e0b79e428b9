package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import io.drover.api.model.AuthConfig;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.Resource;
import io.drover.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers that are configured, disabled, away, and what becomes of their people. */
class ProvidersTest {

    private static final TokenRequest SESSION = new TokenRequest("session", "", Duration.ZERO, "", false);
    private static final Map<String, String> ANN = Map.of("username", "ann", "password", "right");
    private static final String ANN_ID = "directory_user://ann";
    private static final String STAFF = "directory_group://staff";

    @TempDir
    Path data;

    private final AuthFixture auth = new AuthFixture();
    private final Factory factory = new Factory();
    private SignInDesk desk;
    private ProviderDesk providers;

    @Rest(
            type = "directoryConfig",
            plural = "directoryConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record Configuration(
            @Field(required = true) String issuer,
            @Field(nullable = false, defaultValue = "389") Integer port,
            @Field(required = true) @Secret String password) {}

    /** A directory that knows Ann for as long as a test wants. */
    private static final class Factory implements IdentityProviderFactory<Configuration> {

        final List<Configuration> opened = new CopyOnWriteArrayList<>();
        final List<Configuration> closed = new CopyOnWriteArrayList<>();
        volatile boolean away;
        volatile boolean knowsAnn = true;
        final AtomicInteger keepsakes = new AtomicInteger(Integer.MAX_VALUE);
        final List<String> asked = new CopyOnWriteArrayList<>();
        volatile List<Principal> groups = List.of(new Principal(STAFF, true, "Staff", "", "directory"));

        @Override
        public String name() {
            return "directory";
        }

        @Override
        public Class<Configuration> configuration() {
            return Configuration.class;
        }

        @Override
        public IdentityProvider open(Configuration configuration) {
            opened.add(configuration);
            return new Directory(this, configuration);
        }
    }

    private record Directory(Factory factory, Configuration configuration)
            implements AccessRefresh, PrincipalDirectory {

        @Override
        public String name() {
            return "directory";
        }

        @Override
        public String type() {
            return "directoryProvider";
        }

        @Override
        public Optional<SignedIn> signIn(Map<String, String> credentials) {
            return "right".equals(credentials.get("password")) ? refresh(ANN_ID, Optional.empty()) : Optional.empty();
        }

        @Override
        public Optional<SignedIn> refresh(String principalId, Optional<String> keepsake) {
            factory.asked.add(principalId);
            if (factory.away) {
                throw DroverException.unavailable("The directory is away");
            }
            return factory.knowsAnn && factory.keepsakes.getAndDecrement() > 0
                    ? Optional.of(new SignedIn(
                            new Principal(ANN_ID, false, "Ann", "ann", "directory"),
                            factory.groups,
                            Map.of(),
                            Optional.of("keepsake")))
                    : Optional.empty();
        }

        @Override
        public List<Principal> search(String text, Optional<Boolean> group, int limit) {
            if (factory.away) {
                throw DroverException.unavailable("The directory is away");
            }
            return List.of(new Principal(ANN_ID, false, "Ann", "ann", "directory"));
        }

        @Override
        public Optional<Principal> find(String principalId) {
            return search("", Optional.empty(), 1).stream().findFirst();
        }

        @Override
        public void close() {
            factory.closed.add(configuration);
        }
    }

    @BeforeEach
    void begin() {
        desk = new SignInDesk(
                auth.plane,
                auth.accounts,
                auth.registry,
                new TokenSessions(auth.plane),
                auth.secondFactors,
                new FirstPasswordFile(data.resolve("password")),
                auth.clock);
        providers = new ProviderDesk(auth.plane, auth.accounts, auth.registry, desk, auth.clock);
        auth.registry.addFactory(factory);
        Eventually.until("its configuration is there", () -> config().isPresent());
    }

    @AfterEach
    void end() throws Exception {
        providers.close();
        desk.close();
        auth.close();
    }

    private Optional<AuthConfig> config() {
        return auth.plane.objects(AuthConfig.class).get("directory").map(Resource::value);
    }

    private void configure(boolean enabled, String accessMode, String... allowed) {
        Map<String, Object> settings =
                providers.seal("directory", Map.of("issuer", "ldap.example.com", "password", "canary"), true);
        auth.plane
                .objects(AuthConfig.class)
                .edit(
                        "directory",
                        before -> before.with(
                                c -> new AuthConfig(c.type(), enabled, accessMode, List.of(allowed), settings)));
        auth.plane.settle();
        Eventually.until(
                "the provider is " + enabled,
                () -> auth.registry.find("directory").isPresent() == enabled);
    }

    private IssuedToken signIn() {
        return desk.signIn("directory", ANN, SESSION, "192.0.2.1").orElseThrow();
    }

    private boolean isGood(IssuedToken token) {
        auth.plane.settle();
        return auth.identify("/v3", token.value()) instanceof Identity.Known;
    }

    private List<String> groups(IssuedToken token) {
        auth.plane.settle();
        return auth.identify("/v3", token.value()) instanceof Identity.Known known
                ? known.caller().groups()
                : List.of();
    }

    @Test
    void aPluginsConfigurationIsThereAndDisabledUntilSomebodyFillsItIn() {
        assertThat(config().orElseThrow().type()).isEqualTo("directoryConfig");
        assertThat(config().orElseThrow().isEnabled()).isFalse();
        assertThat(factory.opened).isEmpty();
        assertThatThrownBy(() -> desk.signIn("directory", ANN, SESSION, "192.0.2.1"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    @Test
    void anEnabledOneIsOpenedWithItsDefaultsAndItsSecretWhichIsStoredApart() {
        configure(true, "unrestricted");

        assertThat(factory.opened).contains(new Configuration("ldap.example.com", 389, "canary"));
        assertThat(config().orElseThrow().settings().toString())
                .contains("cattle-global-data:directoryconfig-password")
                .doesNotContain("canary");
        assertThat(groups(signIn())).contains(STAFF);
    }

    @Test
    void aConfigurationThatLacksSomethingIsRefusedWithTheField() {
        assertThatThrownBy(() -> providers.seal("directory", Map.of("password", "x"), true))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.field()).contains("issuer"));
        assertThatThrownBy(() -> providers.seal("nowhere", Map.of(), true))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    @Test
    void aStoredSecretIsToldToNobodyElse() {
        configure(true, "unrestricted");
        String reference = "cattle-global-data:directoryconfig-password";
        Map<String, Object> elsewhere = Map.of("issuer", "evil.example.com", "password", reference);

        assertThatThrownBy(() -> providers.test("directory", elsewhere, ANN))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.field()).contains("password"));
        assertThatThrownBy(() -> providers.seal("directory", elsewhere, true)).isInstanceOf(DroverException.class);

        assertThat(factory.opened).extracting(Configuration::issuer).doesNotContain("evil.example.com");
        assertThat(providers.test(
                        "directory", Map.of("issuer", "ldap.example.com", "port", 636, "password", reference), ANN))
                .isPresent();
    }

    @Test
    void aDisabledOneEndsEveryTokenItProvedAndOpenRequestsWithinASecond() throws Exception {
        configure(true, "unrestricted");
        IssuedToken token = signIn();
        CountDownLatch ended = new CountDownLatch(1);
        Identity.Known known = (Identity.Known) auth.identify("/v3", token.value());
        auth.callers.whileAllowed(known.caller(), Optional.empty(), ended::countDown);

        configure(false, "unrestricted");

        assertThat(isGood(token)).isFalse();
        assertThat(ended.await(1, TimeUnit.SECONDS)).isTrue();
        Eventually.until(
                "the token is removed",
                () -> auth.plane.objects(Token.class).get(token.token().name()).isEmpty());
        configure(true, "unrestricted");
        assertThat(isGood(token)).as("after it is enabled again").isFalse();
        assertThat(isGood(signIn())).isTrue();
    }

    @Test
    void whileAPluginIsAwayItsPeopleKeepWhatTheyHave() {
        configure(true, "unrestricted");
        IssuedToken token = signIn();

        auth.registry.removeFactory(factory);
        Eventually.until(
                "it is closed",
                () -> !factory.closed.isEmpty()
                        && auth.registry.find("directory").isEmpty());

        assertThat(isGood(token)).isTrue();
        assertThat(groups(token)).contains(STAFF);
    }

    @Test
    void whoMayComeInIsSaidByNameOrGroupOrMembership() {
        configure(true, "required", "directory_user://bob");
        assertThatThrownBy(this::signIn).isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.fault())
                .isEqualTo(Fault.DENIED));
        assertThat(auth.plane.objects(User.class).list()).as("no user is made").isEmpty();

        configure(true, "required", STAFF);
        assertThat(isGood(signIn())).isTrue();

        configure(true, "restricted", "directory_user://bob");
        assertThatThrownBy(this::signIn).isInstanceOf(DroverException.class);
        auth.plane
                .objects(ClusterRoleTemplateBinding.class)
                .create(Resource.named(
                        "c-1",
                        "crtb-1",
                        new ClusterRoleTemplateBinding("c-1", "cluster-member", null, null, null, STAFF)));
        auth.plane.settle();
        assertThat(isGood(signIn())).isTrue();
    }

    @Test
    void groupsAreAskedForAgainWithoutThePerson() {
        configure(true, "unrestricted");
        IssuedToken token = signIn();

        factory.groups = List.of();
        providers.refresh(userOf(token));
        Eventually.until("the group is gone", () -> !groups(token).contains(STAFF));
        assertThat(isGood(token)).isTrue();
    }

    @Test
    void whoeverTheDirectoryKnowsNoMoreLosesHisTokens() {
        configure(true, "unrestricted");
        IssuedToken token = signIn();
        IssuedToken derived = desk.issue(userOf(token), new TokenRequest("", "", Duration.ZERO, "", true));

        factory.knowsAnn = false;
        providers.refreshAll();

        Eventually.until("the tokens are worth nothing", () -> !isGood(token) && !isGood(derived));
    }

    @Test
    void whileTheDirectoryIsAwayNobodyLosesAnything() {
        configure(true, "unrestricted");
        IssuedToken token = signIn();

        factory.away = true;
        factory.groups = List.of();
        providers.refresh(userOf(token));
        factory.away = false;
        factory.groups = List.of(new Principal("directory_group://new", true, "New", "", "directory"));
        providers.refresh(userOf(token));

        Eventually.until("the new group is there", () -> groups(token).contains("directory_group://new"));
        assertThat(isGood(token)).isTrue();
    }

    @Test
    void ofSeveralServersOneAsksAProviderThatTakesAKeepsakeOnlyOnce() throws Exception {
        configure(true, "unrestricted");
        IssuedToken token = signIn();
        factory.keepsakes.set(1);
        auth.clock.goOn(Duration.ofHours(2));
        List<ScheduledExecutorService> workers =
                List.of(Executors.newSingleThreadScheduledExecutor(), Executors.newSingleThreadScheduledExecutor());
        List<GroupRefresh> servers = workers.stream()
                .map(worker -> new GroupRefresh(
                        auth.plane,
                        auth.registry,
                        new Members(auth.plane, auth.accounts, auth.clock),
                        new Settings(auth.plane.watched(Setting.class)),
                        auth.clock,
                        worker))
                .toList();

        servers.forEach(GroupRefresh::look);

        for (ScheduledExecutorService worker : workers) {
            worker.shutdown();
            assertThat(worker.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(factory.keepsakes).as("it was asked, once").hasValue(0);
        assertThat(auth.plane.objects(Token.class).get(token.token().name())).isPresent();
    }

    @Test
    void whoeverCouldNotBeAskedForIsAskedForAgainSoon() {
        configure(true, "unrestricted");
        IssuedToken token = signIn();
        String before = lastRefresh(token);
        auth.clock.goOn(Duration.ofMinutes(30));

        factory.away = true;
        factory.asked.clear();
        providers.refresh(userOf(token));

        Eventually.until("it was asked", () -> !factory.asked.isEmpty());
        Eventually.until("his groups are as old as they were", () -> before.equals(lastRefresh(token)));
    }

    private String lastRefresh(IssuedToken token) {
        return auth.plane
                .objects(UserAttribute.class)
                .get(userOf(token))
                .orElseThrow()
                .value()
                .lastRefresh();
    }

    @Test
    void oneThatIsAwayIsLeftOutOfASearch() {
        configure(true, "unrestricted");
        assertThat(providers.search("a", Optional.empty()))
                .extracting(Principal::id)
                .containsExactly(ANN_ID);

        factory.away = true;

        assertThat(providers.search("a", Optional.empty())).isEmpty();
    }

    @Test
    void somebodyIsKnownByAnotherPrincipalOnceHeProvesIt() {
        auth.user("u-jo");
        auth.user("u-other");
        configure(true, "unrestricted");

        assertThat(providers.link("u-jo", "directory", Map.of("username", "ann", "password", "wrong"), "192.0.2.1"))
                .isEmpty();
        assertThat(providers.link("u-jo", "directory", ANN, "192.0.2.1"))
                .map(Principal::id)
                .contains(ANN_ID);
        auth.plane.settle();

        assertThat(userOf(signIn())).isEqualTo("u-jo");
        assertThatThrownBy(() -> providers.link("u-other", "directory", ANN, "192.0.2.1"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CONFLICT));
    }

    @Test
    void aTestSignsInByWhatIsNotStoredAndChangesNothing() {
        Map<String, Object> settings = Map.of("issuer", "ldap.example.com", "password", "canary");

        assertThat(providers.test("directory", settings, ANN).orElseThrow().groups())
                .extracting(Principal::id)
                .containsExactly(STAFF);

        assertThat(factory.closed).as("what was opened for it").hasSize(1);
        assertThat(config().orElseThrow().settings()).isEmpty();
        assertThat(auth.plane.objects(User.class).list()).isEmpty();
    }

    private static String userOf(IssuedToken token) {
        return token.token().value().userId();
    }
}

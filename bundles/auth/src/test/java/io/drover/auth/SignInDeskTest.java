package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.auth.Principal;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.auth.TellsSessionEnds;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.Resource;
import io.drover.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInDeskTest {

    private static final TokenRequest SESSION = new TokenRequest("session", "", Duration.ZERO, "", false);
    private static final Map<String, String> RIGHT = Map.of("username", "jo", "password", "right");
    private static final Map<String, String> WRONG = Map.of("username", "jo", "password", "wrong");

    @TempDir
    Path data;

    private final AuthFixture auth = new AuthFixture();
    private final Directory local = new Directory("local", "local://u-jo", List.of());
    private SignInDesk desk;
    private Path passwordFile;

    @BeforeEach
    void aDesk() {
        auth.user("u-jo");
        auth.provider("github", true);
        passwordFile = data.resolve("drover").resolve("first-admin-password");
        desk = new SignInDesk(
                        auth.plane,
                        auth.accounts,
                        auth.registry,
                        new TokenSessions(auth.plane),
                        auth.secondFactors,
                        new FirstPasswordFile(passwordFile),
                        auth.clock)
                .with(new PlainHasher(), local, new Directory("github", "github_user://7", List.of("github_team://1")));
    }

    @AfterEach
    void close() throws Exception {
        desk.close();
        auth.close();
    }

    @Test
    void givesASessionTokenThatIsGoodAtOnceAndStoredAsAHash() {
        IssuedToken issued = desk.signIn("local", RIGHT, SESSION, "192.0.2.1").orElseThrow();

        String[] parts = issued.value().split(":");
        assertThat(parts[0]).matches("token-[a-z0-9]{5}");
        assertThat(parts[1]).matches("[bcdfghjklmnpqrstvwxz2456789]{54}");
        assertThat(auth.identify("/v3", issued.value())).isInstanceOf(Identity.Known.class);
        Token stored =
                auth.plane.objects(Token.class).get(parts[0]).orElseThrow().value();
        assertThat(stored.token()).startsWith("$3:1:").doesNotContain(parts[1]);
        assertThat(stored.ttl()).isEqualTo(57_600_000L);
        assertThat(stored.expiresAt()).isEqualTo("2026-01-01T16:00:00Z");
        assertThat(stored.userPrincipal().metadata().name()).isEqualTo("local://u-jo");
        assertThat(issued.token().label(Token.USER_LABEL)).contains("u-jo");
        assertThat(issued.token().label(Token.KIND_LABEL)).contains("session");
        assertThat(issued.toString()).doesNotContain(parts[1]);
    }

    @Test
    void answersNothingToWrongMissingAndEndlessCredentials() {
        assertThat(desk.signIn("local", WRONG, SESSION, "192.0.2.1")).isEmpty();
        assertThat(desk.signIn("local", Map.of(), SESSION, "192.0.2.1")).isEmpty();
        assertThat(desk.signIn("local", Map.of("password", "x".repeat(1 << 20)), SESSION, "192.0.2.1"))
                .isEmpty();
        assertThatThrownBy(() -> desk.signIn("nowhere", RIGHT, SESSION, "192.0.2.1"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    @Test
    void endsWhatWasGotInASessionThatItsProviderSaysIsOver() {
        auth.provider("oidc", true);
        desk.with(new PlainHasher(), new TellingDirectory(Optional.of("oidc_user://8"), Optional.of("session-8")));
        IssuedToken one = desk.signIn("oidc", RIGHT, SESSION, "192.0.2.1").orElseThrow();
        IssuedToken other = desk.signIn(
                        "oidc",
                        Map.of("username", "jo", "password", "right", "session", "session-9"),
                        SESSION,
                        "192.0.2.1")
                .orElseThrow();
        IssuedToken local = desk.signIn("local", RIGHT, SESSION, "192.0.2.1").orElseThrow();
        assertThat(one.token().label(Token.PROVIDER_SESSION_LABEL).orElseThrow())
                .matches("[0-9a-f]{40}")
                .isNotEqualTo(other.token().label(Token.PROVIDER_SESSION_LABEL).orElseThrow());

        assertThat(desk.endSessions("oidc", "by session", "192.0.2.1"))
                .containsExactly(one.token().name());
        assertThat(desk.endSessions("oidc", "by user", "192.0.2.1"))
                .containsExactly(other.token().name());
        assertThat(auth.plane.objects(Token.class).get(local.token().name())).isPresent();
        assertThatThrownBy(() -> desk.endSessions("local", "by user", "192.0.2.1"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    /** Tells of the end of one session, or of all of one user's. */
    private record TellingDirectory(Optional<String> user, Optional<String> session) implements TellsSessionEnds {

        @Override
        public String name() {
            return "oidc";
        }

        @Override
        public String type() {
            return "oidcProvider";
        }

        @Override
        public Optional<SignedIn> signIn(Map<String, String> credentials) {
            String named = credentials.getOrDefault("session", session.orElseThrow());
            return Optional.of(new SignedIn(
                    new Principal(user.orElseThrow(), false, "Jo", "jo", "oidc"),
                    List.of(),
                    Map.of("sid", List.of(named)),
                    Optional.empty()));
        }

        @Override
        public Optional<String> sessionOf(SignedIn signedIn) {
            return signedIn.claims().get("sid").stream().findFirst();
        }

        @Override
        public EndedSession ended(String notice) {
            return new EndedSession(user, notice.equals("by user") ? Optional.empty() : session);
        }
    }

    @Test
    void pausesAfterFiveFailuresAndOnlyForThatSource() {
        for (int i = 0; i < 5; i++) {
            assertThat(desk.signIn("local", WRONG, SESSION, "192.0.2.1")).isEmpty();
        }
        int asked = local.asked.get();

        assertThat(desk.signIn("local", RIGHT, SESSION, "192.0.2.1"))
                .as("paused")
                .isEmpty();
        assertThat(local.asked).as("a refused attempt costs no work").hasValue(asked);
        assertThat(desk.signIn("local", RIGHT, SESSION, "198.51.100.1"))
                .as("by another source")
                .isPresent();
    }

    @Test
    void opensAgainAfterThePause() {
        for (int i = 0; i < 5; i++) {
            assertThat(desk.signIn("local", WRONG, SESSION, "192.0.2.1")).isEmpty();
        }

        auth.clock.goOn(Duration.ofSeconds(1));

        assertThat(desk.signIn("local", RIGHT, SESSION, "192.0.2.1")).isPresent();
    }

    @Test
    void countsAllAddressesOfOneIpv6NetworkAsOneSource() {
        for (int i = 0; i < 5; i++) {
            assertThat(desk.signIn("local", WRONG, SESSION, "2001:db8::" + i)).isEmpty();
        }

        assertThat(desk.signIn("local", RIGHT, SESSION, "2001:db8::ffff%eth0")).isEmpty();
        assertThat(desk.signIn("local", RIGHT, SESSION, "2001:db8:1::1")).isPresent();
    }

    @Test
    void keepsTheQueueOpenToOthersWhileOneSourceFloods() throws Exception {
        // given a provider that is stuck in what one source sent
        CountDownLatch stuck = new CountDownLatch(1);
        local.holdWrong = stuck;
        ExecutorService flood = Executors.newCachedThreadPool();
        List<Future<Optional<IssuedToken>>> attempts = new ArrayList<>();
        AtomicInteger refusedAtOnce = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            attempts.add(flood.submit(() -> {
                Optional<IssuedToken> answer = desk.signIn("local", WRONG, SESSION, "203.0.113.9");
                refusedAtOnce.incrementAndGet();
                return answer;
            }));
        }
        Eventually.until("all but the places of that source are refused", () -> refusedAtOnce.get() == 196);

        // when somebody else signs in by the same provider
        Future<Optional<IssuedToken>> other = flood.submit(() -> desk.signIn("local", RIGHT, SESSION, "198.51.100.1"));
        stuck.countDown();

        // then he waits for no more than the four
        assertThat(other.get(10, TimeUnit.SECONDS)).isPresent();
        assertThat(local.asked).hasValueLessThanOrEqualTo(5);
        flood.shutdownNow();
    }

    @Test
    void makesAUserWithDefaultRolesAtTheFirstSignInFromOutside() {
        IssuedToken first = desk.signIn("github", RIGHT, SESSION, "192.0.2.1").orElseThrow();
        auth.plane.settle();
        IssuedToken second = desk.signIn("github", RIGHT, SESSION, "192.0.2.1").orElseThrow();

        String user = first.token().value().userId();
        assertThat(user).matches("u-[a-z2-7]{10}");
        assertThat(second.token().value().userId()).isEqualTo(user);
        assertThat(auth.plane
                        .objects(User.class)
                        .get(user)
                        .orElseThrow()
                        .value()
                        .principalIds())
                .containsExactly("github_user://7", "local://" + user);
        assertThat(auth.plane.objects(GlobalRoleBinding.class).list())
                .extracting(Resource::value)
                .containsExactly(new GlobalRoleBinding("user", user, null));
        assertThat(auth.plane
                        .objects(UserAttribute.class)
                        .get(user)
                        .orElseThrow()
                        .value()
                        .groupPrincipals()
                        .get("github")
                        .items())
                .singleElement()
                .matches(group -> group.metadata().name().equals("github_team://1"));
    }

    @Test
    void givesNobodyTheUserOfAnotherPrincipalThatHasTheSameShortName() {
        String user = desk.signIn("github", RIGHT, SESSION, "192.0.2.1")
                .orElseThrow()
                .token()
                .value()
                .userId();
        // as if the name had been made from another principal, which is found by trying some 2^50 of them
        auth.plane
                .objects(User.class)
                .edit(
                        user,
                        resource -> resource.with(u -> new User(
                                u.displayName(),
                                u.description(),
                                u.username(),
                                u.password(),
                                u.mustChangePassword(),
                                u.enabled(),
                                List.of("github_user://8", "local://" + user),
                                null,
                                null)));
        auth.plane.settle();

        String other = desk.signIn("github", RIGHT, SESSION, "192.0.2.1")
                .orElseThrow()
                .token()
                .value()
                .userId();

        assertThat(other).startsWith(user).hasSizeGreaterThan(50);
        assertThat(auth.plane
                        .objects(User.class)
                        .get(other)
                        .orElseThrow()
                        .value()
                        .principalIds())
                .containsExactly("github_user://7", "local://" + other);
    }

    @Test
    void aTokenIsOfTheProviderThatProvedWhoAskedForIt() {
        auth.plane
                .objects(User.class)
                .create(Resource.named(
                        "u-linked",
                        new User(
                                "Jo",
                                "",
                                "linked",
                                null,
                                false,
                                true,
                                List.of("local://u-linked", "github_user://7"),
                                null,
                                null)));
        auth.plane.settle();
        IssuedToken session = desk.signIn("github", RIGHT, SESSION, "192.0.2.1").orElseThrow();
        Caller caller = new Caller(
                "u-linked", List.of(), Map.of(), Optional.of(session.token().name()));
        TokenRequest request = new TokenRequest("", "ci", Duration.ZERO, "", true);

        Token made = desk.issue(caller, request).token().value();

        assertThat(made.userId()).isEqualTo("u-linked");
        assertThat(made.authProvider()).isEqualTo("github");
        assertThat(made.userPrincipal().metadata().name()).isEqualTo("github_user://7");
        assertThat(desk.issue("u-linked", request).token().value().authProvider())
                .as("without one")
                .isEqualTo("local");
    }

    @Test
    void refusesADisabledUserFromOutside() {
        String user = desk.signIn("github", RIGHT, SESSION, "192.0.2.1")
                .orElseThrow()
                .token()
                .value()
                .userId();
        auth.enable(user, false);

        assertThatThrownBy(() -> desk.signIn("github", RIGHT, SESSION, "192.0.2.1"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
    }

    @Test
    void namesKubeconfigTokensAfterTheirUserAndCluster() {
        assertThat(issue("kubeconfig", Duration.ZERO, "").token().name()).matches("kubeconfig-u-jo[a-z0-9]{5}");
        IssuedToken scoped = issue("kubeconfig", Duration.ZERO, "c-lab");
        assertThat(scoped.token().name()).matches("kubeconfig-u-jo\\.c-lab\\.[a-z0-9]{5}");
        assertThat(scoped.token().value().clusterName()).isEqualTo("c-lab");
        assertThat(scoped.token().value().expiresAt()).isEmpty();
        assertThat(desk.signIn("local", RIGHT, new TokenRequest("kubeconfig", "", Duration.ZERO, "", true), "")
                        .orElseThrow()
                        .token()
                        .value()
                        .ttl())
                .isEqualTo(57_600_000L);
    }

    @Test
    void cutsEveryLifeToTheLongestThatIsAllowed() {
        setting("auth-token-max-ttl-minutes", "60");

        assertThat(issue("", Duration.ZERO, "").token().value().ttl()).isEqualTo(3_600_000L);
        assertThat(issue("", Duration.ofDays(9), "").token().value().ttl()).isEqualTo(3_600_000L);
        assertThat(issue("", Duration.ofMinutes(1), "").token().value().ttl()).isEqualTo(60_000L);
        assertThatThrownBy(() -> issue("", Duration.ofMillis(-1), "")).hasMessageContaining("life");
        assertThatThrownBy(() -> issue("", Duration.ofSeconds(Long.MAX_VALUE), ""))
                .hasMessageContaining("life");
    }

    @Test
    void keepsToSaneLivesWhenASettingIsNonsense() {
        setting("auth-user-session-ttl-minutes", "a while");

        assertThat(desk.signIn("local", RIGHT, SESSION, "")
                        .orElseThrow()
                        .token()
                        .value()
                        .ttl())
                .isEqualTo(57_600_000L);
    }

    @Test
    void givesADisabledUserNoToken() {
        auth.enable("u-jo", false);

        assertThatThrownBy(() -> issue("", Duration.ZERO, ""))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
    }

    @Test
    void refusesPasswordsThatAreShortEndlessOrTheUsersName() {
        setting("password-min-length", "2");

        assertThatThrownBy(() -> desk.setPassword("u-jo", "x", false))
                .hasMessage("Password must be at least 2 characters");
        assertThatThrownBy(() -> desk.setPassword("u-jo", "JO", false))
                .hasMessage("Password must differ from the user name");
        assertThatThrownBy(() -> desk.setPassword("u-jo", "x".repeat(1 << 20), false))
                .hasMessage("Password must be at most 512 characters");
        assertThatThrownBy(() -> desk.setPassword("u-jo", null, false)).isInstanceOf(DroverException.class);
        assertThatThrownBy(() -> desk.setPassword("u-gone", "a new password", false))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    @Test
    void setsAPasswordAndSettlesTheFirstLogin() {
        desk.setPassword("u-jo", "a new password", true);

        User user = auth.plane.objects(User.class).get("u-jo").orElseThrow().value();
        assertThat(user.password()).isEqualTo("plain:a new password");
        assertThat(user.mustChangePassword()).isTrue();
        assertThat(desk.passwordMatches("u-jo", "a new password")).isTrue();
        assertThat(desk.passwordMatches("u-jo", "another")).isFalse();
        assertThat(auth.plane
                        .objects(Setting.class)
                        .get("first-login")
                        .orElseThrow()
                        .value()
                        .effective())
                .isEqualTo("false");
    }

    @Test
    void makesTheFirstAdminAndForgetsHisPasswordWhenHeChangesIt() throws Exception {
        FirstAdmin admin = new FirstAdmin(auth.plane, new PlainHasher(), new FirstPasswordFile(passwordFile));
        admin.createIfNobodyIs("");
        admin.createIfNobodyIs("");

        Resource<User> user = auth.plane.objects(User.class).list().stream()
                .filter(u -> "admin".equals(u.value().username()))
                .findFirst()
                .orElseThrow();
        String password = Files.readString(passwordFile).strip();
        assertThat(user.name()).matches("user-[a-z0-9]{5}");
        assertThat(user.value().displayName()).isEqualTo("Default Admin");
        assertThat(user.value().mustChangePassword()).isTrue();
        assertThat(user.value().password()).isEqualTo("plain:" + password);
        assertThat(user.label("authz.management.cattle.io/bootstrapping")).contains("admin-user");
        assertThat(Files.getPosixFilePermissions(passwordFile))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(auth.plane.objects(GlobalRoleBinding.class).list())
                .singleElement()
                .matches(binding -> binding.value().equals(new GlobalRoleBinding("admin", user.name(), null)));

        desk.setPassword(user.name(), "a new password", false);
        assertThat(passwordFile).doesNotExist();
    }

    @Test
    void takesAGivenFirstPasswordOnceOnly() {
        FirstAdmin admin = new FirstAdmin(auth.plane, new PlainHasher(), new FirstPasswordFile(passwordFile));
        admin.createIfNobodyIs("given at first");
        admin.createIfNobodyIs("given later");

        assertThat(auth.plane.objects(User.class).list())
                .filteredOn(u -> "admin".equals(u.value().username()))
                .singleElement()
                .matches(u -> u.value().password().equals("plain:given at first"))
                .matches(u -> !u.value().mustChangePassword());
        assertThat(passwordFile).doesNotExist();
    }

    @Test
    void endsTheOtherSessionsWhenAPasswordIsSet() {
        String first = signedIn("session").token().name();
        String second = signedIn("session").token().name();
        String kubeconfig = signedIn("kubeconfig").token().name();
        String made = issue("", Duration.ZERO, "").token().name();
        String kept = issue("kubeconfig", Duration.ZERO, "").token().name();

        desk.setPassword("u-jo", "a new password", false, Optional.of(second));

        assertThat(tokenNames()).containsExactlyInAnyOrder(second, made, kept);
        desk.setPassword("u-jo", "a newer password", false);
        assertThat(tokenNames()).containsExactlyInAnyOrder(made, kept).doesNotContain(first, kubeconfig);
    }

    @Test
    void asksForTheSecondFactorOnlyOnceThePasswordIsRight() {
        String secret = auth.secondFactors.begin("u-jo").secret();
        auth.secondFactors.confirm("u-jo", Totp.code(secret, auth.clock.instant()));
        auth.clock.goOn(Duration.ofSeconds(30));

        assertThat(desk.signIn("local", WRONG, SESSION, "192.0.2.1")).isEmpty();
        assertMfaRequired(() -> desk.signIn("local", RIGHT, SESSION, "192.0.2.1"));
        assertMfaRequired(() -> desk.signIn("local", withCode("000000"), SESSION, "192.0.2.1"));

        Map<String, String> right = withCode(Totp.code(secret, auth.clock.instant()));
        IssuedToken issued = desk.signIn("local", right, SESSION, "192.0.2.1").orElseThrow();
        assertMfaRequired(() -> desk.signIn("local", right, SESSION, "192.0.2.1"));
        assertThat(((Identity.Known) auth.identify("/v3", issued.value()))
                        .caller()
                        .secondFactor())
                .isTrue();
    }

    @Test
    void givesNothingButASessionToWhoeverHasToEnrolFirst() {
        setting("mfa-required-for", "all");

        assertThat(signedIn("session").token().name()).startsWith("token-");
        assertThatThrownBy(() -> signedIn("kubeconfig")).hasMessageContaining("enrolmfa");
    }

    @Test
    void looksAtFewWrongGuessesOfOnesOwnPassword() {
        desk.setPassword("u-jo", "a new password", false);
        for (int i = 0; i < 5; i++) {
            assertThat(desk.passwordMatches("u-jo", "another")).isFalse();
        }

        assertThat(desk.passwordMatches("u-jo", "a new password")).isFalse();
        auth.clock.goOn(Duration.ofSeconds(1));
        assertThat(desk.passwordMatches("u-jo", "a new password")).isTrue();
    }

    private static Map<String, String> withCode(String code) {
        Map<String, String> credentials = new java.util.HashMap<>(RIGHT);
        credentials.put("mfaCode", code);
        return credentials;
    }

    private static void assertMfaRequired(org.assertj.core.api.ThrowableAssert.ThrowingCallable signIn) {
        assertThatThrownBy(signIn).isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.code())
                .contains("MFARequired"));
    }

    private IssuedToken signedIn(String kind) {
        return desk.signIn("local", RIGHT, new TokenRequest(kind, "", Duration.ZERO, "", false), "192.0.2.1")
                .orElseThrow();
    }

    private List<String> tokenNames() {
        return auth.plane.objects(Token.class).list().stream()
                .map(Resource::name)
                .toList();
    }

    private IssuedToken issue(String kind, Duration ttl, String cluster) {
        return desk.issue("u-jo", new TokenRequest(kind, "", ttl, cluster, true));
    }

    private void setting(String name, String value) {
        auth.plane.objects(Setting.class).create(Resource.named(name, new Setting(value, "", true, null)));
        auth.plane.settle();
    }

    /** Knows one person, whose password is {@code right}. */
    private static final class Directory implements IdentityProvider {

        final AtomicInteger asked = new AtomicInteger();
        volatile CountDownLatch holdWrong = new CountDownLatch(0);
        private final String name;
        private final String principal;
        private final List<String> groups;

        Directory(String name, String principal, List<String> groups) {
            this.name = name;
            this.principal = principal;
            this.groups = groups;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String type() {
            return name + "Provider";
        }

        @Override
        public Optional<SignedIn> signIn(Map<String, String> credentials) {
            asked.incrementAndGet();
            if (!"right".equals(credentials.get("password"))) {
                awaitRelease();
                return Optional.empty();
            }
            return Optional.of(new SignedIn(
                    new Principal(principal, false, "Jo Doe", "jo", name),
                    groups.stream()
                            .map(g -> new Principal(g, true, g, "", name))
                            .toList()));
        }

        private void awaitRelease() {
            try {
                assertThat(holdWrong.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class PlainHasher implements PasswordHasher {

        @Override
        public String hash(String password) {
            return "plain:" + password;
        }

        @Override
        public boolean matches(String hash, String password) {
            return hash.equals("plain:" + password);
        }
    }
}

package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.BearerTokens;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Callers.Standing;
import io.drover.api.auth.Question;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.model.Token.TokenPrincipal.PrincipalMeta;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.model.UserAttribute.Principals;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.drover.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestCallersTest {

    private final AuthFixture auth = new AuthFixture();
    private final Objects<Token> tokens = auth.plane.objects(Token.class);

    @BeforeEach
    void aUserWithAToken() {
        auth.user("u-jo");
        auth.token("token-a", "u-jo");
    }

    @AfterEach
    void close() throws Exception {
        auth.close();
    }

    @Test
    void waitsForATokenThatAnotherServerHasMadeJustNowAndForNoneThatIsNobodys() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (NewTokens newTokens = new NewTokens(auth.plane, auth.accounts, auth.clock);
                AutoCloseable lag = auth.plane.watched(User.class).listen(new Watched.Listener<>() {
                    @Override
                    public void changed(Optional<Resource<User>> before, Resource<User> after) {
                        await(told);
                    }

                    @Override
                    public void deleted(Resource<User> last) {}
                })) {
            tokens.create(AuthFixture.token("token-new", "u-jo", SecretHash.of(AuthFixture.SECRET), "", "", true));
            CompletionStage<Void> soon =
                    newTokens.soon("token-new", "192.0.2.1").orElseThrow();
            told.countDown();
            soon.toCompletableFuture().get(30, TimeUnit.SECONDS);
            auth.plane.settle();
            assertThat(auth.identify("token-new")).isInstanceOf(Identity.Known.class);

            for (int i = 0; i < 20; i++) {
                newTokens
                        .soon("token-none" + i, "192.0.2.1")
                        .orElseThrow()
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
            }
            assertThat(newTokens.soon("token-none", "192.0.2.1"))
                    .as("by somebody who guesses")
                    .isEmpty();
            assertThat(newTokens.soon("token-none", "198.51.100.1")).isPresent();
        } finally {
            told.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void findsTheUserHisGroupsAndWhatGoesDownToClusters() {
        Caller caller = known(auth.identify("token-a"));

        assertThat(caller.userId()).isEqualTo("u-jo");
        assertThat(caller.groups()).containsExactly("system:authenticated", "system:cattle:authenticated");
        assertThat(caller.token()).contains("token-a");
        assertThat(caller.extra())
                .isEqualTo(Map.of(
                        "principalid",
                        List.of("local://u-jo"),
                        "username",
                        List.of("jo"),
                        "requesttokenid",
                        List.of("token-a"),
                        "requesthost",
                        List.of("drover.example.com")));
    }

    @Test
    void takesGroupsFromProvidersButNoneOfTheSystems() {
        auth.provider("okta", true);
        Principals groups = new Principals(List.of(
                group("okta_group://devs"),
                group("okta_group://admins "),
                group("okta_group://admins\n"),
                group("okta_group://ad\u0085mins"),
                group("local://ops"),
                group("local://system:masters"),
                group("")));
        auth.plane
                .objects(UserAttribute.class)
                .create(Resource.named("u-jo", new UserAttribute("", Map.of("okta", groups), "", false, Map.of())));
        auth.plane.settle();

        assertThat(known(auth.identify("token-a")).groups())
                .containsExactly("okta_group://devs", "ops", "system:authenticated", "system:cattle:authenticated");

        auth.provider("okta", false);
        assertThat(known(auth.identify("token-a")).groups())
                .as("of a provider that was disabled")
                .containsExactly("system:authenticated", "system:cattle:authenticated");
    }

    @Test
    void saysWhyATokenIsRefused() {
        create("token-off", "", "", false);
        create("token-old", "2025-12-31T23:59:59Z", "", true);
        create("token-odd", "whenever", "", true);
        create("token-lab", "", "c-lab", true);
        tokens.create(AuthFixture.token("token-gone", "u-gone", SecretHash.of(AuthFixture.SECRET), "", "", true));
        auth.plane.settle();

        assertThat(refusal(auth.identify("token-none"))).isEqualTo("the token is unknown or was revoked");
        assertThat(refusal(auth.identify("/v3", "token-a:wrong"))).isEqualTo("the token's secret is wrong");
        assertThat(refusal(auth.identify("token-off"))).isEqualTo("the token is disabled");
        assertThat(refusal(auth.identify("token-old"))).isEqualTo("the token has expired");
        assertThat(refusal(auth.identify("token-odd"))).isEqualTo("the token has expired");
        assertThat(refusal(auth.identify("token-lab"))).isEqualTo("the token is good for another cluster only");
        assertThat(refusal(auth.identify("token-gone"))).isEqualTo("the token's user is gone");
        assertThat(auth.identify("/k8s/clusters/c-lab/api", "token-lab:" + AuthFixture.SECRET))
                .isInstanceOf(Identity.Known.class);
        auth.enable("u-jo", false);
        assertThat(refusal(auth.identify("token-a"))).isEqualTo("the token's user is disabled");
    }

    @Test
    void takesTokensThatOthersKnowWhereTheyAreGood() throws Exception {
        Caller robot = new Caller("system:serviceaccount:n:bot", List.of(), Map.of(), Optional.of("bot|1"));
        AtomicBoolean good = new AtomicBoolean(true);
        auth.callers.know(List.of(new BearerTokens() {
            @Override
            public String clusterId() {
                return "local";
            }

            @Override
            public Optional<Identity> identify(String token) {
                return token.startsWith("ey") ? Optional.of(new Identity.Known(robot)) : Optional.empty();
            }

            @Override
            public Optional<Boolean> isGood(String tokenName) {
                return tokenName.startsWith("bot|") ? Optional.of(good.get()) : Optional.empty();
            }
        }));

        assertThat(known(auth.identify("/k8s/clusters/local/api", "ey.x.y"))).isEqualTo(robot);
        assertThat(refusal(auth.identify("/k8s/clusters/c-lab/api", "ey.x.y")))
                .isEqualTo("the token is good for another cluster only");
        assertThat(refusal(auth.identify("/v3/users", "ey.x.y")))
                .isEqualTo("the token is good for another cluster only");
        assertThat(known(auth.identify("token-a")).userId()).isEqualTo("u-jo");

        CountDownLatch ended = new CountDownLatch(1);
        good.set(false);
        auth.callers.whileAllowed(robot, Optional.empty(), ended::countDown);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void takesARequestWithoutCredentialsForAnonymous() {
        assertThat(auth.callers.identify(new RequestHead("GET", "/ping", "", name -> null, "")))
                .isInstanceOf(Identity.Anonymous.class);
    }

    @Test
    void countsATokensLifeFromItsCreationWhenItSaysNoEnd() {
        tokens.create(AuthFixture.token("token-ttl", "u-jo", AuthFixture.SECRET, "", "", true)
                .with(t -> new Token(
                        t.token(),
                        t.userId(),
                        "local",
                        60_000L,
                        "",
                        "",
                        null,
                        null,
                        null,
                        null,
                        "",
                        null,
                        null,
                        null,
                        null,
                        null)));
        auth.plane.settle();

        known(auth.identify("token-ttl"));
        auth.clock.goOn(Duration.ofSeconds(60));
        assertThat(refusal(auth.identify("token-ttl"))).isEqualTo("the token has expired");
    }

    @Test
    void replacesAHashThatIsSlowToCheckAtItsFirstUse() {
        String slow = "$1:0102030405060708:15:8:1:"
                + "yjNI6VAJitlgLAkCXr+3SotNJSmguBybnqrY60lRiCWaXNPE/IAFNetH4gBVgGwaQZfUgIZ8gD0+gurrcdziBw";
        tokens.create(AuthFixture.token("token-slow", "u-jo", slow, "", "", true));
        auth.plane.settle();

        known(auth.identify("token-slow"));

        Eventually.until("the hash is renewed", () -> storedHash("token-slow").startsWith("$3:"));
        auth.plane.settle();
        known(auth.identify("token-slow"));
    }

    @Test
    void writesTheLastUseAtMostOnceAMinute() {
        List<String> written = new CopyOnWriteArrayList<>();
        auth.plane.watched(Token.class).listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Token>> before, Resource<Token> after) {
                written.add(String.valueOf(after.value().lastUsedAt()));
            }

            @Override
            public void deleted(Resource<Token> last) {
                written.add("deleted");
            }
        });

        known(auth.identify("token-a"));
        Eventually.until("the first use is written", () -> written.contains("2026-01-01T00:00:00Z"));
        auth.clock.goOn(Duration.ofSeconds(59));
        known(auth.identify("token-a"));
        auth.clock.goOn(Duration.ofSeconds(1));
        known(auth.identify("token-a"));
        Eventually.until("the next use is written", () -> written.contains("2026-01-01T00:01:00Z"));

        assertThat(written).containsExactly("null", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
    }

    @Test
    void refusesARevokedTokenEvenWhileManyThreadsUseIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicBoolean revoked = new AtomicBoolean();
        AtomicInteger letIn = new AtomicInteger();
        AtomicInteger letInAfterwards = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<?>> users = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            users.add(threads.submit(() -> {
                while (!stop.get()) {
                    boolean before = revoked.get();
                    boolean known = auth.identify("token-a") instanceof Identity.Known;
                    letIn.addAndGet(known ? 1 : 0);
                    letInAfterwards.addAndGet(known && before ? 1 : 0);
                }
            }));
        }
        Eventually.until("the token is in use", () -> letIn.get() > 1000);

        tokens.delete("token-a");
        auth.plane.settle();
        revoked.set(true);
        int soFar = letIn.get();
        Eventually.until("refused by all", () -> auth.identify("token-a") instanceof Identity.Refused);
        stop.set(true);
        for (Future<?> user : users) {
            user.get(10, TimeUnit.SECONDS);
        }
        threads.shutdownNow();

        assertThat(soFar).isPositive();
        assertThat(letInAfterwards).hasValue(0);
    }

    @Test
    void endsARequestWhenItsTokenIsRevoked() throws Exception {
        CountDownLatch ended = standing(Optional.empty());
        tokens.delete("token-a");
        assertEnds(ended);
    }

    @Test
    void endsARequestWhenItsTokenExpires() throws Exception {
        create("token-short", "2026-01-01T01:00:00Z", "", true);
        auth.plane.settle();
        CountDownLatch ended = new CountDownLatch(1);
        auth.callers.whileAllowed(known(auth.identify("token-short")), Optional.empty(), ended::countDown);

        auth.clock.goOn(Duration.ofHours(1));

        assertEnds(ended);
    }

    @Test
    void endsARequestWhenItsUserIsDisabledOrDeleted() throws Exception {
        CountDownLatch disabled = standing(Optional.empty());
        auth.enable("u-jo", false);
        assertEnds(disabled);

        auth.enable("u-jo", true);
        CountDownLatch deleted = standing(Optional.empty());
        auth.plane.objects(User.class).delete("u-jo");
        assertEnds(deleted);
    }

    @Test
    void endsARequestWhenItsRightIsGoneAndNoOther() throws Exception {
        auth.member("u-jo", "c-lab");
        auth.member("u-jo", "c-prod");
        Eventually.until("both clusters may be entered", () -> mayEnter("c-lab") && mayEnter("c-prod"));
        CountDownLatch lab = standing(Optional.of(Question.enterCluster("c-lab")));
        CountDownLatch prod = standing(Optional.of(Question.enterCluster("c-prod")));

        auth.plane.objects(ClusterRoleTemplateBinding.class).delete("c-lab", "crtb-u-jo");

        assertEnds(lab);
        assertThat(prod.getCount()).isEqualTo(1);
    }

    @Test
    void endsAtOnceWhatWasRevokedBeforeItWasRegistered() throws Exception {
        Caller caller = known(auth.identify("token-a"));
        tokens.delete("token-a");
        auth.plane.settle();

        CountDownLatch ended = new CountDownLatch(1);
        auth.callers.whileAllowed(caller, Optional.empty(), ended::countDown);

        assertEnds(ended);
    }

    @Test
    void saysNothingToARequestThatIsOver() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        Standing standing =
                auth.callers.whileAllowed(known(auth.identify("token-a")), Optional.empty(), ends::incrementAndGet);
        standing.close();
        CountDownLatch other = standing(Optional.empty());

        tokens.delete("token-a");

        assertEnds(other);
        assertThat(ends).hasValue(0);
    }

    @Test
    void endsASessionThatNobodyUsesAndWhatLivesByIt() throws Exception {
        setting("auth-user-session-idle-ttl-minutes", "30");
        session("token-s");
        Caller caller = known(auth.identify("token-s"));
        auth.clock.goOn(Duration.ofMinutes(29));
        known(auth.identify("token-s"));
        CountDownLatch ended = new CountDownLatch(1);
        auth.callers.whileAllowed(caller, Optional.empty(), ended::countDown);

        auth.clock.goOn(Duration.ofMinutes(30));

        assertEnds(ended);
        assertThat(refusal(auth.identify("token-s"))).isEqualTo("the session was not used for too long");
        known(auth.identify("token-a"));
    }

    @Test
    void writesFromWhereAndWithWhatATokenWasUsed() {
        auth.callers.identify(new RequestHead(
                "GET",
                "/v3",
                "",
                headers("Authorization", "Bearer token-a:" + AuthFixture.SECRET, "User-Agent", "kubectl/v1.34"),
                "192.0.2.7"));

        Eventually.until("the use is written", () -> "192.0.2.7"
                .equals(tokens.get("token-a").orElseThrow().value().lastUsedAddress()));
        assertThat(tokens.get("token-a").orElseThrow().value().lastUsedClient()).isEqualTo("kubectl/v1.34");
    }

    @Test
    void refusesWhatABrowserSendsForAnotherSite() {
        assertThat(byCookie("POST", "Origin", "https://evil.example")).isInstanceOf(Identity.Forbidden.class);
        assertThat(byCookie("POST", "Origin", "null")).isInstanceOf(Identity.Forbidden.class);
        assertThat(byCookie("POST", "Origin", "http://drover.example.com")).isInstanceOf(Identity.Forbidden.class);
        assertThat(byCookie("POST", "User-Agent", "Mozilla/5.0", "Sec-Fetch-Site", "cross-site"))
                .isInstanceOf(Identity.Forbidden.class);
        assertThat(byCookie("GET", "Connection", "keep-alive, Upgrade", "Origin", "https://evil.example"))
                .isInstanceOf(Identity.Forbidden.class);
        assertThat(byCookie("GET", "Connection", "Upgrade", "User-Agent", "Mozilla/5.0"))
                .isInstanceOf(Identity.Forbidden.class);

        known(byCookie("POST", "Origin", "https://drover.example.com"));
        known(byCookie("POST", "Origin", "https://DROVER.example.com:443"));
        known(byCookie("POST", "User-Agent", "Mozilla/5.0", "Sec-Fetch-Site", "same-origin"));
        known(byCookie("GET", "Origin", "https://evil.example"));
        String cookie = "R_SESS=token-a:" + AuthFixture.SECRET;
        for (String query : List.of("_method=DELETE", "limit=1&%5fmethod=PUT")) {
            assertThat(ask("GET", "/v3/users/u-jo", query, "Cookie", cookie, "Origin", "https://evil.example"))
                    .as(query)
                    .isInstanceOf(Identity.Forbidden.class);
            known(ask("GET", "/v3/users/u-jo", query, "Cookie", cookie));
        }
        known(byCookie("GET", "Connection", "Upgrade", "Origin", "https://drover.example.com"));
        known(byCookie("POST"));
        setting("server-url", "https://gate.example.org/");
        known(byCookie("POST", "Origin", "https://gate.example.org"));
    }

    @Test
    void asksNoBearerOfATokenForItsOriginUnlessABrowserOpensASocket() {
        String bearer = "Bearer token-a:" + AuthFixture.SECRET;

        known(ask("POST", "/v3/users", "", "Authorization", bearer, "Origin", "https://evil.example"));
        known(ask("GET", "/v3/users", "", "Authorization", bearer, "Connection", "Upgrade"));
        assertThat(ask(
                        "GET",
                        "/v3/subscribe",
                        "",
                        "Authorization",
                        bearer,
                        "Connection",
                        "Upgrade",
                        "User-Agent",
                        "Mozilla/5.0",
                        "Origin",
                        "https://evil.example"))
                .isInstanceOf(Identity.Forbidden.class);
    }

    @Test
    void letsASessionChangeThePasswordFirstWhenThatIsForced() {
        session("token-s");
        auth.plane
                .objects(User.class)
                .edit(
                        "u-jo",
                        user -> user.with(
                                u -> new User("Jo", "", "jo", null, true, true, u.principalIds(), null, null)));
        auth.plane.settle();
        known(auth.identify("token-s"));

        setting("password-change-forced", "true");

        assertConfined("changepassword");
        known(auth.identify("token-a"));
    }

    @Test
    void letsASessionEnrolASecondFactorFirstWhenThatIsRequired() {
        session("token-s");
        setting("mfa-required-for", "okta_group://ops, globalrole://admin");
        known(auth.identify("token-s"));
        auth.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named("grb-jo", new GlobalRoleBinding("admin", "u-jo", null)));
        auth.plane.settle();

        assertConfined("enrolmfa");

        String secret = auth.secondFactors.begin("u-jo").secret();
        auth.secondFactors.confirm("u-jo", Totp.code(secret, auth.clock.instant()));
        auth.plane.settle();
        known(ask("GET", "/v3/clusters", "", "Authorization", "Bearer token-s:" + AuthFixture.SECRET));
    }

    private void assertConfined(String duty) {
        String bearer = "Bearer token-s:" + AuthFixture.SECRET;
        for (String path : List.of("/v3/clusters", "/k8s/clusters/local/api", "/v3/tokens/token-a", "/v3/users/u-jo")) {
            assertThat(ask("GET", path, "", "Authorization", bearer))
                    .as(path)
                    .isInstanceOfSatisfying(Identity.Forbidden.class, forbidden -> assertThat(forbidden.reason())
                            .contains(duty));
        }
        for (String query :
                List.of("", "action=setpassword", "action=changepassword&action=revoke", "xaction=logout")) {
            assertThat(ask("POST", "/v3/tokens", query, "Authorization", bearer))
                    .as(query)
                    .isInstanceOf(Identity.Forbidden.class);
        }
        known(ask("POST", "/v3/users", "action=" + duty, "Authorization", bearer));
        known(ask("POST", "/v3/tokens", "action=logout", "Authorization", bearer));
        known(ask("GET", "/v3/users", "me=true", "Authorization", bearer));
    }

    private Identity byCookie(String method, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Cookie", "other=1; R_SESS=token-a:" + AuthFixture.SECRET));
        return ask(method, "/v3/users", "", all.toArray(String[]::new));
    }

    private Identity ask(String method, String path, String query, String... headers) {
        return auth.callers.identify(new RequestHead(method, path, query, headers(headers), "192.0.2.1"));
    }

    private static Function<String, List<String>> headers(String... namesAndValues) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", List.of("drover.example.com"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return headers::get;
    }

    private void session(String name) {
        tokens.create(AuthFixture.token(name, "u-jo", SecretHash.of(AuthFixture.SECRET), "", "", true)
                .withMetadata(metadata -> metadata.setLabels(Map.of(Token.KIND_LABEL, "session"))));
        auth.plane.settle();
    }

    private void setting(String name, String value) {
        auth.plane.objects(Setting.class).create(Resource.named(name, new Setting(value, "", true, null)));
        auth.plane.settle();
    }

    private CountDownLatch standing(Optional<Question> right) {
        CountDownLatch ended = new CountDownLatch(1);
        auth.callers.whileAllowed(known(auth.identify("token-a")), right, ended::countDown);
        return ended;
    }

    private boolean mayEnter(String cluster) {
        return auth.authorizer
                .decide(known(auth.identify("token-a")), Question.enterCluster(cluster))
                .allowed();
    }

    private void create(String name, String expiresAt, String cluster, boolean enabled) {
        tokens.create(AuthFixture.token(name, "u-jo", SecretHash.of(AuthFixture.SECRET), expiresAt, cluster, enabled));
    }

    private String storedHash(String token) {
        return tokens.get(token).orElseThrow().value().token();
    }

    private static TokenPrincipal group(String name) {
        return new TokenPrincipal(new PrincipalMeta(name), name, "", "group", null, "okta");
    }

    private static Caller known(Identity identity) {
        assertThat(identity).isInstanceOf(Identity.Known.class);
        return ((Identity.Known) identity).caller();
    }

    private static String refusal(Identity identity) {
        assertThat(identity).isInstanceOf(Identity.Refused.class);
        return ((Identity.Refused) identity).reason();
    }

    private static void assertEnds(CountDownLatch ended) throws InterruptedException {
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
}

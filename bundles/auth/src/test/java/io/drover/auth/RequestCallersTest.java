package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Callers.Standing;
import io.drover.api.auth.Question;
import io.drover.api.model.ClusterRoleTemplateBinding;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
        Principals groups = new Principals(
                List.of(group("okta_group://devs"), group("local://ops"), group("local://system:masters"), group("")));
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

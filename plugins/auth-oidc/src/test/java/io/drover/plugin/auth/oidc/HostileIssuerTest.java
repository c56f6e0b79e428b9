package io.drover.plugin.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.auth.RedirectSignIn.Attempt;
import io.drover.api.auth.TellsSessionEnds.EndedSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an issuer, or whoever stands in its place, may try. */
class HostileIssuerTest {

    private static final Attempt ATTEMPT = new Attempt("state-1", HostileIssuer.NONCE, "verifier-".repeat(6));

    private HostileIssuer issuer;
    private OidcProvider provider;

    @BeforeEach
    void start() throws IOException {
        issuer = new HostileIssuer();
        provider = provider(issuer);
    }

    @AfterEach
    void stop() {
        provider.close();
        issuer.close();
    }

    private static OidcProvider provider(HostileIssuer issuer) {
        return provider(issuer, null);
    }

    private static OidcProvider provider(HostileIssuer issuer, Boolean groupsAreFound) {
        return (OidcProvider) new OidcFactory()
                .open(new OidcConfig(
                        issuer.address(),
                        issuer.address() + "/auth",
                        HostileIssuer.CLIENT,
                        "secret",
                        "https://drover.example.com/verify-auth",
                        null,
                        "groups",
                        groupsAreFound,
                        null,
                        null));
    }

    @Test
    void anHonestOneIsBelieved() {
        assertThat(provider.finish(ATTEMPT, "code").orElseThrow().groups())
                .extracting(Principal::displayName)
                .containsExactly("devs");
    }

    @TestFactory
    Stream<DynamicTest> aTokenThatIsNotOneForUsIsRefused() {
        Map<String, BiFunction<HostileIssuer, JWTClaimsSet.Builder, String>> lies = Map.of(
                "without a signature",
                (issuer, claims) -> HostileIssuer.unsigned(claims),
                "signed with the public key as a secret",
                HostileIssuer::signedWithThePublicKey,
                "signed by another key of the same name",
                (issuer, claims) -> {
                    issuer.signing = HostileIssuer.ANOTHER_OF_THAT_NAME;
                    return issuer.signed(claims);
                },
                "of another issuer",
                (issuer, claims) -> issuer.signed(claims.issuer("https://elsewhere.example.com")),
                "for another client",
                (issuer, claims) -> issuer.signed(claims.audience("another")),
                "for another sign-in",
                (issuer, claims) -> issuer.signed(claims.claim("nonce", "another")),
                "for no sign-in",
                (issuer, claims) -> issuer.signed(claims.claim("nonce", null)),
                "long expired",
                (issuer, claims) -> issuer.signed(
                        claims.expirationTime(Date.from(Instant.now().minusSeconds(600)))),
                "about nobody",
                (issuer, claims) -> issuer.signed(claims.subject(null)),
                "with its payload changed",
                (issuer, claims) -> {
                    String[] parts = issuer.signed(claims).split("\\.");
                    String[] others = issuer.signed(claims.subject("admin")).split("\\.");
                    return parts[0] + "." + others[1] + "." + parts[2];
                });
        return lies.entrySet().stream()
                .map(lie -> DynamicTest.dynamicTest(lie.getKey(), () -> {
                    try (HostileIssuer liar = new HostileIssuer()) {
                        liar.idToken = claims -> lie.getValue().apply(liar, claims);
                        OidcProvider asked = provider(liar);
                        assertThatThrownBy(() -> asked.finish(ATTEMPT, "code"))
                                .isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.fault())
                                        .isEqualTo(Fault.DENIED));
                    }
                }));
    }

    private JWTClaimsSet.Builder logout(HostileIssuer from) {
        return new JWTClaimsSet.Builder()
                .issuer(from.address())
                .subject("ann")
                .audience(HostileIssuer.CLIENT)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .claim("sid", "session-1")
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
    }

    @Test
    void theIssuerSaysWhoseSessionIsOverAndIsBelievedOnce() {
        String token = issuer.signed(logout(issuer));

        assertThat(provider.ended(token))
                .isEqualTo(new EndedSession(Optional.of("oidc_user://ann"), Optional.of("session-1")));
        assertThatThrownBy(() -> provider.ended(token)).hasMessageContaining("before");
        assertThat(provider.ended(issuer.signed(logout(issuer).claim("sid", null))))
                .isEqualTo(new EndedSession(Optional.of("oidc_user://ann"), Optional.empty()));
        assertThat(provider.ended(issuer.signed(logout(issuer).subject(null))))
                .isEqualTo(new EndedSession(Optional.empty(), Optional.of("session-1")));
        assertThat(provider.sessionOf(new SignedIn(
                        provider.find("oidc_user://ann").orElseThrow(),
                        List.of(),
                        Map.of("sid", List.of("s")),
                        Optional.empty())))
                .contains("s");
    }

    @TestFactory
    Stream<DynamicTest> aLogoutTokenThatCantBeTrustedEndsNothing() {
        Map<String, Function<JWTClaimsSet.Builder, String>> lies = Map.ofEntries(
                Map.entry("without a signature", HostileIssuer::unsigned),
                Map.entry("signed with the public key as a secret", issuer::signedWithThePublicKey),
                Map.entry("of another issuer", claims -> issuer.signed(claims.issuer("https://elsewhere.example.com"))),
                Map.entry("for another client", claims -> issuer.signed(claims.audience("another"))),
                Map.entry("with a nonce, as an ID token has", claims -> issuer.signed(claims.claim("nonce", "n"))),
                Map.entry("an ID token", claims -> issuer.signed(issuer.claims())),
                Map.entry(
                        "about another event", claims -> issuer.signed(claims.claim("events", Map.of("e", Map.of())))),
                Map.entry("without a name of its own", claims -> issuer.signed(claims.jwtID(null))),
                Map.entry(
                        "about nobody",
                        claims -> issuer.signed(claims.subject(null).claim("sid", null))),
                Map.entry(
                        "of yesterday",
                        claims -> issuer.signed(
                                claims.issueTime(Date.from(Instant.now().minusSeconds(86_400))))),
                Map.entry(
                        "expired",
                        claims -> issuer.signed(
                                claims.expirationTime(Date.from(Instant.now().minusSeconds(600))))),
                Map.entry("nothing", claims -> ""),
                Map.entry("no token", claims -> "a.b.c"));
        return lies.entrySet().stream()
                .map(lie -> DynamicTest.dynamicTest(lie.getKey(), () -> assertThatThrownBy(
                                () -> provider.ended(lie.getValue().apply(logout(issuer))))
                        .isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.fault())
                                .isEqualTo(Fault.REJECTED))));
    }

    @Test
    void aNewKeyIsFoundWhenTheIssuerChangesIt() {
        assertThat(provider.finish(ATTEMPT, "code")).isPresent();

        issuer.published = HostileIssuer.NEW_KEY;
        issuer.signing = issuer.published;

        assertThat(provider.finish(ATTEMPT, "code")).isPresent();
    }

    @Test
    void anIssuerThatSaysItIsAnotherIsRefused() {
        issuer.metadata = text ->
                text.replace("\"issuer\":\"" + issuer.address() + "\"", "\"issuer\":\"https://elsewhere.example.com\"");

        assertRefused(Fault.DENIED, "says that it is another");
    }

    @Test
    void anAnswerThatAnotherIssuerGaveIsNotTakenForThisOnes() {
        assertThat(provider.isAnswerOf(issuer.address())).isTrue();
        assertThat(provider.isAnswerOf("")).as("of an issuer that says nothing").isTrue();
        assertThat(provider.isAnswerOf("https://elsewhere.example.com")).isFalse();
        assertThat(provider.isAnswerOf(issuer.address() + "/")).isFalse();
    }

    @Test
    void userInfoAboutSomebodyElseIsRefused() {
        issuer.userInfoSubject = "admin";

        assertRefused(Fault.DENIED, "another user");
    }

    @Test
    void anEndpointAtAPrivateAddressIsNotAsked() throws IOException {
        try (HostileIssuer inside = new HostileIssuer()) {
            for (String address : List.of(
                    inside.address().replace("127.0.0.1", "localhost").replace("http:", "https:"),
                    inside.address().replace("127.0.0.1", "localhost"),
                    "https://[::1]:1",
                    "https://10.0.0.1",
                    "https://192.168.1.1",
                    "https://[fd00::1]",
                    "https://100.64.0.1",
                    "http://169.254.169.254",
                    "https://169.254.169.254",
                    "https://0.0.0.0",
                    "https://user@10.0.0.1")) {
                issuer.metadata = text ->
                        text.replace("\"token_endpoint\":\"" + issuer.address(), "\"token_endpoint\":\"" + address);
                provider = provider(issuer);

                assertRefused(Fault.DENIED, "");
            }
            assertThat(inside.requests).isEmpty();
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        try (HostileIssuer inside = new HostileIssuer()) {
            issuer.discovery = exchange -> {
                exchange.getResponseHeaders().set("Location", inside.address() + "/.well-known/openid-configuration");
                exchange.sendResponseHeaders(302, -1);
            };

            assertRefused(Fault.UNAVAILABLE, "302");
            assertThat(inside.requests).isEmpty();
        }
    }

    @Test
    void aHugeAnswerIsBrokenOff() {
        issuer.discovery = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = "x".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(part);
            }
        };

        assertRefused(Fault.UNAVAILABLE, "longer than");
    }

    @Test
    void anAnswerThatTricklesForEverIsGivenUp() {
        issuer.discovery = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                for (int i = 0; i < 600; i++) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };

        assertRefused(Fault.UNAVAILABLE, "did not answer within");
    }

    @Test
    void groupsAreFoundUnlessTheConfigurationSaysOtherwise() {
        assertThat(provider.search("devs", Optional.of(true), 10)).hasSize(1);
        assertThat(provider(issuer, false).search("devs", Optional.of(true), 10))
                .isEmpty();
        assertThat(provider(issuer, false).search("devs", Optional.empty(), 10))
                .extracting(Principal::group)
                .containsExactly(false);
    }

    private void assertRefused(Fault fault, String why) {
        assertThatThrownBy(() -> provider.finish(ATTEMPT, "code"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining(why);
    }
}

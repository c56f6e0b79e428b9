package io.drover.plugin.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.auth.RedirectSignIn.Attempt;
import io.drover.testbed.OpenIdProvider;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A sign-in at a real OpenID Connect provider, through its pages. */
class RealProviderTest {

    private static final URI BACK = URI.create("https://drover.example.com/verify-auth");
    private static final Attempt ATTEMPT = new Attempt("state-1", "nonce-1", "verifier-".repeat(6));

    private static OpenIdProvider real;

    @BeforeAll
    static void start() {
        real = OpenIdProvider.start(BACK);
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    private static OidcProvider provider(String secret) {
        return (OidcProvider) new OidcFactory()
                .open(new OidcConfig(
                        real.issuer().toString(),
                        real.authorization().toString(),
                        OpenIdProvider.CLIENT,
                        secret,
                        BACK.toString(),
                        "openid profile groups offline_access",
                        "groups",
                        null,
                        null,
                        null));
    }

    private final OidcProvider provider = provider(OpenIdProvider.CLIENT_SECRET);

    private String code(Attempt attempt, String name) {
        URI back = real.signIn(provider.begin(attempt), name);
        assertThat(parameter(back, "state")).isEqualTo(attempt.state());
        return parameter(back, "code");
    }

    private static String parameter(URI uri, String name) {
        Matcher matcher = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(uri.getRawQuery());
        assertThat(matcher.find()).as(name + " in " + uri).isTrue();
        return URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8);
    }

    @Test
    void somebodySignsInThereAndIsInTheGroupsOfHisClaim() {
        SignedIn ann = provider.finish(ATTEMPT, code(ATTEMPT, "ann+devs+staff")).orElseThrow();

        assertThat(ann.user()).isEqualTo(new Principal("oidc_user://ann+devs+staff", false, "ANN", "ann", "oidc"));
        assertThat(ann.groups()).extracting(Principal::id).containsExactly("oidc_group://devs", "oidc_group://staff");
        assertThat(ann.claims()).containsEntry("groups", List.of("devs", "staff"));
        assertThat(ann.keepsake()).isPresent();
        assertThat(provider.signOut()).contains(real.issuer().resolve("/session/end"));

        SignedIn again = provider.refresh(ann.user().id(), ann.keepsake()).orElseThrow();
        assertThat(again.user()).isEqualTo(ann.user());
        assertThat(again.groups()).isEqualTo(ann.groups());
        assertThat(provider.refresh("oidc_user://bob", again.keepsake()))
                .as("somebody else's")
                .isEmpty();
        assertThat(provider.refresh(ann.user().id(), Optional.of("made-up"))).isEmpty();
    }

    @Test
    void aCodeIsGoodOnceAndOnlyForWhoBegan() {
        String code = code(ATTEMPT, "bob");

        assertThat(provider.finish(new Attempt("state-1", "nonce-1", "another-verifier-".repeat(3)), code))
                .isEmpty();
        assertThat(provider.finish(ATTEMPT, "made-up")).isEmpty();
        String another = code(ATTEMPT, "bob");
        assertThat(provider.finish(ATTEMPT, another)).isPresent();
        assertThat(provider.finish(ATTEMPT, another)).as("replayed").isEmpty();
    }

    @Test
    void aTokenForAnotherSignInIsRefused() {
        String code = code(ATTEMPT, "cat");

        assertThatThrownBy(() -> provider.finish(new Attempt("state-1", "nonce-2", ATTEMPT.codeVerifier()), code))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED))
                .hasMessageContaining("nonce");
    }

    @Test
    void aWrongSecretOfTheClientIsSaidWithoutTellingIt() {
        String code = code(ATTEMPT, "dan");

        assertThatThrownBy(() -> provider("another-canary").finish(ATTEMPT, code))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageContaining("invalid_client")
                .hasMessageNotContaining("canary");
    }
}

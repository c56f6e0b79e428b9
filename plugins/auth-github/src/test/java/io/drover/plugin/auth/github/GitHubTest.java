package io.drover.plugin.auth.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.auth.RedirectSignIn.Attempt;
import io.drover.testbed.GitHubServer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The provider against a server written from GitHub's published description. */
class GitHubTest {

    private static final Attempt ATTEMPT = new Attempt("the-state", "the-nonce", "verifier-".repeat(6));

    private static final URI BACK = URI.create("https://drover.example.com/verify-auth");

    private GitHubServer server;
    private GitHubProvider provider;

    @BeforeEach
    void start() {
        server = GitHubServer.start(BACK);
        provider = provider(server.host(), GitHubServer.SECRET);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static GitHubProvider provider(String host, String secret) {
        return (GitHubProvider)
                new GitHubFactory().open(new GitHubConfig(host, false, GitHubServer.CLIENT, secret, null, null));
    }

    private SignedIn signIn() {
        return provider.finish(ATTEMPT, code()).orElseThrow();
    }

    private String code() {
        return GitHubServer.form(server.agree(provider.begin(ATTEMPT)).getRawQuery())
                .get("code");
    }

    @Test
    void aCodeProvesAPersonWithHisOrganisationsAndTeams() {
        SignedIn octo = signIn();

        assertThat(octo.user()).isEqualTo(new Principal("github_user://583231", false, "Octo Cat", "octo", "github"));
        assertThat(octo.groups())
                .extracting(Principal::id)
                .as("of all pages")
                .containsExactly("github_org://1", "github_org://2", "github_team://7");
        assertThat(octo.groups()).extracting(Principal::displayName).contains("acme/Core");
        assertThat(octo.keepsake()).isPresent();
        assertThat(octo.toString()).doesNotContain("canary");
    }

    @Test
    void theBrowserIsSentToGitHubWithItsState() {
        URI there = provider(" github.com ", "x").begin(ATTEMPT);

        assertThat(there.toString()).startsWith("https://github.com/login/oauth/authorize?");
        assertThat(GitHubServer.form(there.getRawQuery()))
                .containsEntry("state", "the-state")
                .containsEntry("scope", "read:org")
                .doesNotContainKey("client_secret");
    }

    @Test
    void aCodeIsWorthNothingTwiceOrToSomebodyElse() {
        String code = code();

        assertThat(provider.finish(new Attempt("the-state", "n", "another-verifier"), code))
                .isEmpty();
        assertThat(provider.finish(ATTEMPT, code)).isEmpty();
        assertThat(provider.finish(ATTEMPT, "made-up")).isEmpty();
    }

    @Test
    void aWrongSecretOfTheApplicationIsSaidWithoutTellingIt() {
        GitHubProvider wrong = provider(server.host(), "another-canary");

        assertThatThrownBy(() -> wrong.finish(ATTEMPT, "code"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageContaining("incorrect_client_credentials")
                .hasMessageNotContaining("canary");
    }

    @Test
    void aRevokedTokenEndsTheAccess() {
        SignedIn octo = signIn();
        assertThat(provider.refresh(octo.user().id(), octo.keepsake())).isPresent();
        assertThat(provider.refresh("github_user://1", octo.keepsake()))
                .as("somebody else's")
                .isEmpty();

        server.revokeTokens();

        assertThat(provider.refresh(octo.user().id(), octo.keepsake())).isEmpty();
        assertThat(provider.refresh(octo.user().id(), Optional.empty())).isEmpty();
    }

    @Test
    void aLimitIsNoRevocationAndGitHubIsLeftAloneWhileItHolds() {
        SignedIn octo = signIn();
        server.limit(Map.of("X-RateLimit-Remaining", "0", "Retry-After", "3600"));

        assertUnavailable(octo);
        int asked = server.requests().size();
        server.limit(Map.of());
        assertUnavailable(octo);
        assertThat(server.requests()).as("nothing more was asked").hasSize(asked);
    }

    private void assertUnavailable(SignedIn octo) {
        assertThatThrownBy(() -> provider.refresh(octo.user().id(), octo.keepsake()))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageContaining("no more requests");
    }

    @Test
    void aPageThatLeadsElsewhereIsNotFollowed() {
        try (GitHubServer elsewhere = GitHubServer.start(BACK)) {
            server.secondPage("http://" + elsewhere.host() + "/api/v3/user/orgs?page=2");

            assertThat(signIn().groups())
                    .extracting(Principal::id)
                    .containsExactly("github_org://1", "github_team://7");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void peopleAndOrganisationsAreFound() {
        assertThat(provider.search("octo", Optional.empty(), 10))
                .extracting(Principal::id)
                .containsExactly("github_user://583231", "github_org://9");
        assertThat(provider.find("github_user://583231"))
                .map(Principal::displayName)
                .contains("octo");
        assertThat(provider.find("github_org://583231")).as("another kind").isEmpty();
        assertThat(provider.find("github_user://../orgs")).isEmpty();
    }

    @Test
    void aSearchCanNotBeTurnedIntoAnotherOne() {
        provider.search("x\" in:email \"", Optional.of(false), 10);

        String query = server.requests().get(server.requests().size() - 1);
        assertThat(GitHubServer.form(URI.create(query.substring(4)).getRawQuery()))
                .containsEntry("q", "\"x  in:email\" in:login type:user");
    }

    @Test
    void aHostThatIsNoneIsRefused() {
        assertThatThrownBy(() -> provider("https://github.com/x", "x"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.field()).contains("hostname"));
    }
}

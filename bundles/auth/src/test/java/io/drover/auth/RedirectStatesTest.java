package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.RedirectSignIn.Attempt;
import io.drover.testkit.HandClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedirectStatesTest {

    private static final String PURPOSE = "oidc";

    private static final String KEY = RedirectStates.newKey();

    private final HandClock clock = new HandClock();
    private final RedirectStates states = new RedirectStates(clock, () -> KEY);

    private static Map<String, String> back(String state, String browser) {
        return Map.of(AuthProviders.STATE, state, AuthProviders.BROWSER, browser);
    }

    @Test
    void whatWasBegunIsFoundAgainOnce() {
        Attempt attempt = states.begin(PURPOSE, "browser");

        assertThat(states.take(PURPOSE, back(attempt.state(), "browser"))).contains(attempt);
        assertThat(states.take(PURPOSE, back(attempt.state(), "browser")))
                .as("replayed")
                .isEmpty();
    }

    @Test
    void aStateIsGoodForTheBrowserAndThePurposeItWasBegunFor() {
        Attempt attempt = states.begin(PURPOSE, "browser");

        assertThat(states.take(PURPOSE, back(attempt.state(), "another"))).isEmpty();
        assertThat(states.take(PURPOSE, back(attempt.state(), ""))).isEmpty();
        assertThat(states.take("test of oidc", back(attempt.state(), "browser")))
                .isEmpty();
        assertThat(states.take(PURPOSE, Map.of())).isEmpty();
        assertThat(states.take(PURPOSE, back(attempt.state(), "browser")))
                .as("still good for the right one")
                .isPresent();
    }

    @Test
    void aBrowserMayComeBackToAnotherServerThatHasTheSameKey() {
        Attempt attempt = states.begin(PURPOSE, "browser");
        RedirectStates sibling = new RedirectStates(clock, () -> KEY);

        assertThat(sibling.take(PURPOSE, back(attempt.state(), "browser"))).contains(attempt);
    }

    @Test
    void aStateIsGoodForTenMinutes() {
        Attempt attempt = states.begin(PURPOSE, "browser");

        clock.goOn(Duration.ofMinutes(10));

        assertThat(states.take(PURPOSE, back(attempt.state(), "browser"))).isEmpty();
    }

    @Test
    void aStateCanNotBeMadeUpOrChanged() {
        String state = states.begin(PURPOSE, "browser").state();
        char last = state.charAt(20);

        assertThat(states.take(PURPOSE, back("AAAA", "browser"))).isEmpty();
        assertThat(states.take(PURPOSE, back("not base64!", "browser"))).isEmpty();
        assertThat(states.take(
                        PURPOSE,
                        back(state.substring(0, 20) + (last == 'A' ? 'B' : 'A') + state.substring(21), "browser")))
                .isEmpty();
        assertThat(new RedirectStates(clock, RedirectStates::newKey).take(PURPOSE, back(state, "browser")))
                .as("with another key")
                .isEmpty();
    }

    @Test
    void everySignInHasItsOwnSecretsAndTellsThemToNobody() {
        Attempt one = states.begin(PURPOSE, "browser");
        Attempt other = states.begin(PURPOSE, "browser");

        assertThat(one.nonce()).isNotEqualTo(other.nonce());
        assertThat(one.codeVerifier()).hasSizeGreaterThanOrEqualTo(43).isNotEqualTo(other.codeVerifier());
        assertThat(one.state()).doesNotContain(one.codeVerifier()).doesNotContain(one.nonce());
        assertThat(one.toString()).doesNotContain(one.codeVerifier());
    }
}

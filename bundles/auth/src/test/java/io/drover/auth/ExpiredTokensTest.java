package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.control.Outcome;
import io.drover.api.model.Token;
import io.drover.api.plane.Objects;
import io.drover.testkit.HandClock;
import io.drover.testkit.InMemoryPlane;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiredTokensTest {

    private final HandClock clock = new HandClock();
    private final InMemoryPlane plane = new InMemoryPlane(clock, Optional.empty());
    private final Objects<Token> tokens = plane.objects(Token.class);
    private final ExpiredTokens expired = new ExpiredTokens(plane, clock);

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void takesAwayATokenADayAfterItExpired() {
        assertThat(look("2026-01-01T10:00:00Z").lookAgainIn()).isEqualTo(Duration.ofHours(34));
        clock.goOn(Duration.ofHours(33));
        assertThat(look("2026-01-01T10:00:00Z").lookAgainIn()).isEqualTo(Duration.ofHours(1));
        assertThat(tokens.list()).hasSize(1);

        clock.goOn(Duration.ofHours(1));
        look("2026-01-01T10:00:00Z");

        assertThat(tokens.list()).isEmpty();
    }

    @Test
    void leavesATokenThatNeverExpires() {
        assertThat(look("").lookAgainIn()).isZero();
        assertThat(tokens.list()).hasSize(1);
    }

    @Test
    void takesAwayATokenWhoseEndCantBeRead() {
        look("whenever");

        assertThat(tokens.list()).isEmpty();
    }

    private Outcome<Token> look(String expiresAt) {
        tokens.delete("token-a");
        return expired.reconcile(tokens.create(AuthFixture.token("token-a", "u-jo", "", expiresAt, "", true)));
    }
}

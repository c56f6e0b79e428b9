package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.model.User;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecondFactorsTest {

    private static final String JO = "u-jo";
    private final AuthFixture auth = new AuthFixture();
    private final SecondFactors factors = auth.secondFactors;

    @BeforeEach
    void aUser() {
        auth.user(JO);
    }

    @AfterEach
    void close() throws Exception {
        auth.close();
    }

    @Test
    void isInForceOnlyOnceACodeProvedIt() {
        String secret = factors.begin(JO).secret();
        assertThat(factors.isEnrolled(JO)).isFalse();

        List<String> codes = factors.confirm(JO, code(secret));

        assertThat(factors.isEnrolled(JO)).isTrue();
        assertThat(codes)
                .hasSize(10)
                .doesNotHaveDuplicates()
                .allMatch(code -> code.matches("([a-z0-9]{4}-){3}[a-z0-9]{4}"));
        assertThat(label()).isEqualTo("totp");
        assertThatThrownBy(() -> factors.begin(JO)).hasMessageContaining("already");
    }

    @Test
    void tellsAuthenticatorsWhoseSecretItIs() {
        assertThat(factors.begin(JO).uri()).matches("otpauth://totp/Drover%3Ajo\\?secret=[A-Z2-7]{32}&issuer=Drover");
        assertThat(factors.begin(JO).toString()).doesNotContain("otpauth");
    }

    @Test
    void takesEachCodeOnce() {
        String secret = enrolled();
        auth.clock.goOn(Duration.ofSeconds(30));
        String code = code(secret);

        factors.prove(JO, code);

        assertRefused(() -> factors.prove(JO, code));
        auth.clock.goOn(Duration.ofSeconds(30));
        factors.prove(JO, code(secret));
    }

    @Test
    void takesACodeOnceEvenIfItComesTwiceAtTheSameTime() throws Exception {
        String secret = enrolled();
        auth.clock.goOn(Duration.ofSeconds(30));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Callable<Boolean> attempt = () -> {
            try {
                factors.prove(JO, code(secret));
                return true;
            } catch (DroverException refused) {
                return false;
            }
        };

        int taken = 0;
        for (Future<Boolean> result : threads.invokeAll(List.of(attempt, attempt, attempt, attempt))) {
            taken += result.get() ? 1 : 0;
        }
        threads.shutdownNow();

        assertThat(taken).isEqualTo(1);
    }

    @Test
    void takesEachRecoveryCodeOnceInAnyForm() {
        String secret = factors.begin(JO).secret();
        List<String> codes = factors.confirm(JO, code(secret));

        factors.prove(JO, codes.get(3).toUpperCase(java.util.Locale.ROOT).replace("-", " "));

        assertRefused(() -> factors.prove(JO, codes.get(3)));
        factors.prove(JO, codes.get(4));
        assertThat(auth.vault.read(JO).orElseThrow().recovery())
                .hasSize(8)
                .noneMatch(hash -> hash.contains(codes.get(0).replace("-", "")));
    }

    @Test
    void takesNothingForAWhileAfterAFewWrongOnes() {
        String secret = enrolled();
        auth.clock.goOn(Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            assertRefused(() -> factors.prove(JO, "000000"));
        }

        assertRefused(() -> factors.prove(JO, code(secret)));

        auth.clock.goOn(Duration.ofSeconds(1));
        factors.prove(JO, code(secret));
    }

    @Test
    void keepsLongerPausesForWhoeverGoesOnGuessing() {
        enrolled();
        int guesses = 0;
        for (int minute = 0; minute < 24 * 60; minute++) {
            auth.clock.goOn(Duration.ofMinutes(1));
            long before = auth.vault.changes();
            assertRefused(() -> factors.prove(JO, "000000"));
            guesses += auth.vault.changes() > before ? 1 : 0;
        }

        assertThat(guesses).as("codes looked at in a day").isLessThan(130);
    }

    @Test
    void endsByACodeOrByAnAdministrator() {
        String secret = enrolled();
        auth.clock.goOn(Duration.ofSeconds(30));
        assertRefused(() -> factors.remove(JO, "000000"));
        factors.remove(JO, code(secret));
        assertThat(factors.isEnrolled(JO)).isFalse();
        assertThat(label()).isNull();

        enrolled();
        factors.reset(JO);
        assertThat(factors.isEnrolled(JO)).isFalse();
    }

    @Test
    void replacesRecoveryCodes() {
        String secret = factors.begin(JO).secret();
        List<String> old = factors.confirm(JO, code(secret));
        auth.clock.goOn(Duration.ofSeconds(30));

        List<String> fresh = factors.renewRecoveryCodes(JO, code(secret));

        assertRefused(() -> factors.prove(JO, old.get(0)));
        factors.prove(JO, fresh.get(0));
    }

    @Test
    void isForUsersWithAPasswordHereOnly() {
        auth.plane
                .objects(User.class)
                .edit(
                        JO,
                        user -> user.with(
                                u -> new User("Jo", "", "", null, false, true, u.principalIds(), null, null)));

        assertThatThrownBy(() -> factors.begin(JO)).hasMessageContaining("elsewhere");
        assertThatThrownBy(() -> factors.begin("u-gone")).hasMessageContaining("not found");
    }

    private String enrolled() {
        String secret = factors.begin(JO).secret();
        factors.confirm(JO, code(secret));
        return secret;
    }

    private String code(String secret) {
        return Totp.code(secret, auth.clock.instant());
    }

    private String label() {
        return auth.plane
                .objects(User.class)
                .get(JO)
                .orElseThrow()
                .label(SecondFactors.LABEL)
                .orElse(null);
    }

    private static void assertRefused(Runnable attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(DroverException.class, e -> assertThat(SecondFactors.isWrong(e))
                        .isTrue());
    }
}

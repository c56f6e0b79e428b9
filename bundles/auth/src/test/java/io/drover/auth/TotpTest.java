package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {

    private static final String SECRET =
            Base32.toBase32String("12345678901234567890".getBytes(StandardCharsets.US_ASCII));

    /** The last six digits of the values in RFC 6238, appendix B. */
    @ParameterizedTest
    @CsvSource({
        "59,287082",
        "1111111109,081804",
        "1111111111,050471",
        "1234567890,005924",
        "2000000000,279037",
        "20000000000,353130"
    })
    void computesTheCodesOfTheStandard(long seconds, String code) {
        assertThat(Totp.code(SECRET, Instant.ofEpochSecond(seconds))).isEqualTo(code);
    }

    @Test
    void takesCodesOfTheStepsBesideTheCurrentOneOnly() {
        Instant now = Instant.ofEpochSecond(1_111_111_111);

        assertThat(Totp.step(SECRET, Totp.code(SECRET, now.minusSeconds(30)), now, 0))
                .isPresent();
        assertThat(Totp.step(SECRET, Totp.code(SECRET, now.plusSeconds(30)), now, 0))
                .isPresent();
        assertThat(Totp.step(SECRET, Totp.code(SECRET, now.minusSeconds(60)), now, 0))
                .isEmpty();
        assertThat(Totp.step(SECRET, Totp.code(SECRET, now.plusSeconds(60)), now, 0))
                .isEmpty();
    }

    @Test
    void takesNoCodeOfAStepThatIsOver() {
        Instant now = Instant.ofEpochSecond(1_111_111_111);
        long step = Totp.step(SECRET, "050471", now, 0).orElseThrow();

        assertThat(Totp.step(SECRET, "050471", now, step)).isEmpty();
    }
}

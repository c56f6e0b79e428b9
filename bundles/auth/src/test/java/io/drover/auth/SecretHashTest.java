package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretHashTest {

    private static final String SECRET = "bcdfghjklmnpqrstvwxz2456789bcdfghjklmnpqrstvwxz2456789";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$1:0102030405060708:15:8:1:yjNI6VAJitlgLAkCXr+3SotNJSmguBybnqrY60lRiCWaXNPE/IAFNetH4gBVgGwaQZfUgIZ8gD0+gurrcdziBw",
                "$2:AQIDBAUGBwg:MxdVkquFAxZnhC/2I133FE1ot8DQpnSU+B8pK4alqg4",
                "$3:1:AQIDBAUGBwg:wf9HJYI9PNnWVMgHrh3pxwFIqtAKUE5E5DPgRutfx6HrpFniTQTo6KJKqPCG93AzBzeEeBVip8qE5n1oS9XYhA",
                SECRET
            })
    void knowsASecretByEveryFormThatInstallationsWrote(String stored) {
        assertThat(SecretHash.matches(stored, SECRET)).isTrue();
        assertThat(SecretHash.matches(stored, SECRET.replace('b', 'c'))).isFalse();
    }

    @Test
    void writesTheNewestFormWithASaltOfItsOwn() {
        String first = SecretHash.of(SECRET);

        assertThat(first)
                .startsWith("$3:1:")
                .isNotEqualTo(SecretHash.of(SECRET))
                .doesNotContain(SECRET);
        assertThat(SecretHash.matches(first, SECRET)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "$3",
                "$3:2:AQIDBAUGBwg:wf9H",
                "$2:AQ",
                "$2:!:!",
                "$1:zz:15:8:1:AA",
                "$1:0102:31:8:1:AA",
                "$1:0102:15:9999:9999:AA",
                "$1:0102:99999999999:8:1:AA",
                "$4:x:y"
            })
    void matchesNothingWithAHashItCannotRead(String stored) {
        assertThat(SecretHash.matches(stored, SECRET)).isFalse();
        assertThat(SecretHash.matches(stored, "")).isFalse();
    }

    @Test
    void survivesAnyStoredText() {
        Random random = new Random(20261121);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("$" + (2 + random.nextInt(2)) + ":");
            int length = random.nextInt(30);
            for (int j = 0; j < length; j++) {
                text.append("AZaz09+/=:$1 é".charAt(random.nextInt(14)));
            }

            assertThat(SecretHash.matches(text.toString(), SECRET)).isFalse();
        }
    }
}

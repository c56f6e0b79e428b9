package io.drover.plugin.auth.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashesTest {

    private final PasswordHashes hashes = new PasswordHashes();

    @Test
    void makesAnArgon2idHashWithASaltOfItsOwn() {
        String hash = hashes.hash("correct horse");

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(hashes.hash("correct horse"));
        assertThat(hashes.matches(hash, "correct horse")).isTrue();
        assertThat(hashes.matches(hash, "correct hors")).isFalse();
        assertThat(hashes.matches(hash, "")).isFalse();
    }

    @Test
    void takesALetterForTheSameInEitherUnicodeForm() {
        assertThat(hashes.matches(hashes.hash("caf\u00e9 au lait"), "cafe\u0301 au lait"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW, U*U",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK, U*U*"
    })
    void readsBcrypt(String hash, String password) {
        assertThat(hashes.matches(hash, password)).isTrue();
        assertThat(hashes.matches(hash, password + "x")).isFalse();
    }

    @Test
    void readsTheReferenceImplementationsArgon2id() {
        // printf password | argon2 somesalt -id -t 2 -m 16 -p 1
        assertThat(hashes.matches(
                        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                        "password"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "plain",
                "$argon2id$",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=8,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$05$CCCC"
            })
    void matchesNothingWithAHashItCannotReadOrBear(String hash) {
        assertThat(hashes.matches(hash, "password")).isFalse();
    }

    @Test
    void survivesAnyStoredText() {
        Random random = new Random(20261121);
        String letters = "$argon2idv=19m,tp+/.:a é";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "$argon2id$v=19$m=8," : "$2a$");
            int length = random.nextInt(60);
            for (int j = 0; j < length; j++) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }

            assertThat(hashes.matches(text.toString(), "password")).isFalse();
        }
    }
}

package io.drover.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RandomTextTest {

    @Test
    void drawsSecretsOf54LettersWithoutVowels() {
        assertThat(RandomText.secret())
                .matches("[bcdfghjklmnpqrstvwxz2456789]{54}")
                .isNotEqualTo(RandomText.secret());
    }
}

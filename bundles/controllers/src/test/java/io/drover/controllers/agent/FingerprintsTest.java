package io.drover.controllers.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The vectors that existing agents and servers agree on. */
class FingerprintsTest {

    private static final String TOKEN = "bcdfghjklmnpqrstvwxz2456789".repeat(2);
    private static final String CA = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

    @Test
    void namesCredentials() {
        assertThat(Fingerprints.credentialsKey("https://mgmt.example.com", TOKEN, "c-abcde"))
                .isEqualTo("ecb9198bbc");
    }

    @Test
    void sumsCaCertificatesWithExactlyOneLineEndAtTheirEnd() {
        String sum = "7cc358aa45100f42d57b76e9b235253bfc6fc830b3e45858d2bc473657aae3f7";
        assertThat(Fingerprints.caChecksum(CA)).isEqualTo(sum);
        assertThat(Fingerprints.caChecksum(CA + "\n")).isEqualTo(sum);
        assertThat(Fingerprints.caChecksum("")).isEmpty();
    }
}

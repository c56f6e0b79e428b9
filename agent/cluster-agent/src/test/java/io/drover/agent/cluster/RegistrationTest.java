package io.drover.agent.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistrationTest {

    @Test
    void theChecksumIsOverTheTextWithOneLineFeedAtItsEnd() throws GeneralSecurityException {
        String authority = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
        String expected = "7cc358aa45100f42d57b76e9b235253bfc6fc830b3e45858d2bc473657aae3f7";

        assertThat(ServerTrust.checksum(authority)).isEqualTo(expected);
        assertThat(ServerTrust.checksum(authority + "\n")).isEqualTo(expected);
    }

    @Test
    void theParametersAreThoseOfRanchersAgent() {
        String theirs =
                "eyJjbHVzdGVyIjp7ImFkZHJlc3MiOiIxMC40My4wLjE6NDQzIiwiY2FDZXJ0IjoiUVVKRCIsInRva2VuIjoic2EtdG9rZW4ifX0=";
        String ours = Registration.parameters("10.43.0.1:443", "sa-token", "QUJD");

        assertThat(Base64.getEncoder().encodeToString(ours.getBytes(UTF_8))).isEqualTo(theirs);
        assertThat(Json.parse(ours))
                .isEqualTo(
                        Map.of("cluster", Map.of("address", "10.43.0.1:443", "caCert", "QUJD", "token", "sa-token")));
    }
}

package io.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.gateway.listener.CertificateAuthority;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class RefusedBodyTest {

    private static final int OFTEN = 200;

    @ParameterizedTest
    @EnumSource(Version.class)
    void aClusterThatRefusesWithoutReadingTheBodyIsHeard(Version version) throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(Clock.systemUTC());
        try (var gateway = new RunningGateway();
                var cluster = new Http2Cluster(authority)) {
            gateway.cluster("c-one");
            gateway.agent("c-one", cluster.address(), authority);
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(RunningGateway.trusting(gateway.authority))
                    .build();
            for (int i = 0; i < OFTEN; i++) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/refused"))
                                .header("Authorization", "Bearer alice")
                                .timeout(Duration.ofSeconds(20))
                                .POST(BodyPublishers.ofString("{\"kind\":\"ConfigMap\"}"))
                                .build(),
                        BodyHandlers.ofString());

                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).isEqualTo("no");
            }
        }
    }
}
